-- One row per song among the hundred that were played most, by the names that events give; those played equally often
-- share a place.
-- Grain: song, artist.
with songs as (
    select
        e.song,
        e.artist,
        count(*) as plays,
        count(distinct f.user_id) as listeners,
        max(f.song_key) as song_key
    from sparkify_marts.fact_song_plays as f
    inner join sparkify_staging.log_events as e on e.ts = f.time_id and e.session_id = f.session_id
    where e.page = 'NextSong'
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
