-- Songs that were started in one session at the same millisecond: they are one play, the later one.
select
    ts,
    session_id,
    count(*) as events
from sparkify_staging.log_events
where page = 'NextSong'
group by ts, session_id
having count(*) > 1
