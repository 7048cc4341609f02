-- One row per weekday and hour of the day: how many songs are played then, and by how many users. Hours are UTC's.
-- Grain: day_of_week, hour.
select
    t.day_of_week,
    t.day_name,
    t.hour,
    count(*) as plays, -- Songs that were started.
    cast(sum(case when f.level = 'paid' then 1 else 0 end) as bigint) as paid_plays, -- Of them, by users who paid.
    count(distinct f.user_id) as listeners -- Users who played any.
from sparkify_marts.fact_song_plays as f
inner join sparkify_marts.dim_time as t on t.time_id = f.time_id
group by t.day_of_week, t.day_name, t.hour
order by t.day_of_week, t.hour
