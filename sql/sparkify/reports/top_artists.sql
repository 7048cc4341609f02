-- One row per artist among the hundred that were played most, by the names that events give; those played equally often
-- share a place. Of two plays in one session at the same millisecond, the later one counts.
-- Grain: artist.
with played as (
    select
        ts,
        session_id,
        song,
        artist,
        row_number() over (partition by ts, session_id order by item_in_session desc) as recency
    from sparkify_staging.log_events
    where page = 'NextSong'
), artists as (
    select
        e.artist,
        count(*) as plays,
        count(distinct f.user_id) as listeners,
        count(distinct e.song) as songs,
        max(f.name_artist_key) as artist_key
    from sparkify_marts.fact_song_plays as f
    inner join played as e on e.ts = f.time_id and e.session_id = f.session_id
    where e.recency = 1
    group by e.artist
), placed as (
    select
        artist,
        plays,
        listeners,
        songs,
        artist_key,
        rank() over (order by plays desc) as place
    from artists
)
select
    place, -- From 1.
    artist,
    plays, -- How often a song of the artist was started.
    listeners, -- Users who started one.
    songs, -- Different titles among them.
    artist_key -- The artist of this name, where a song's file tells of one; -1 for none.
from placed
where place <= 100
order by place, artist
