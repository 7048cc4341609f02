-- One row per song among the hundred that were played most, by the names that events give; those played equally often
-- share a place. Of two plays in one session at the same millisecond, the later one counts.
-- Grain: song, artist.
with played as (
    select
        ts,
        session_id,
        song,
        artist,
        row_number() over (partition by ts, session_id order by item_in_session desc) as recency
    from sparkify_staging.log_events
    where page = 'NextSong'
), songs as (
    select
        e.song,
        e.artist,
        count(*) as plays,
        count(distinct f.user_id) as listeners,
        max(f.song_key) as song_key
    from sparkify_marts.fact_song_plays as f
    inner join played as e on e.ts = f.time_id and e.session_id = f.session_id
    where e.recency = 1
    group by e.song, e.artist
), placed as (
    select
        song,
        artist,
        plays,
        listeners,
        song_key,
        rank() over (order by plays desc) as place
    from songs
)
select
    place, -- From 1.
    song,
    artist,
    plays, -- How often it was started.
    listeners, -- Users who started it.
    song_key -- The song, where its file tells of any of them; -1 for none.
from placed
where place <= 100
order by place, song, artist
