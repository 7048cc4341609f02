-- Plays without an event of the page NextSong, and such events without a play.
with sides as (
    select
        time_id,
        session_id,
        1 as plays,
        0 as events
    from sparkify_marts.fact_song_plays
    union all
    select distinct
        ts as time_id,
        session_id,
        0 as plays,
        1 as events
    from sparkify_staging.log_events
    where page = 'NextSong' and ts between 0 and 253370764799999
)
select
    time_id,
    session_id,
    sum(plays) as plays,
    sum(events) as events
from sides
group by time_id, session_id
having sum(plays) <> sum(events)
