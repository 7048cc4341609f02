-- One row per month in which sessions began, and level: how long users stay, and how many songs they play.
-- A session goes from its first event to its last one, on any page; one in which a user paid at any time is paid.
-- The median and the 90th percentile are the least minutes in which 50 or 90 % of the sessions were over.
-- Grain: year, month, level.
with sessions as (
    select
        e.session_id,
        e.user_id,
        max(e.level) as level,
        min(t.at) as begun_at,
        hours_between(min(t.at), max(t.at)) * 60.0 as minutes,
        sum(case when e.page = 'NextSong' then 1 else 0 end) as plays
    from sparkify_staging.log_events as e
    inner join sparkify_marts.dim_time as t on t.time_id = e.ts
    where e.user_id is not null and e.level is not null
    group by e.session_id, e.user_id
), monthly as (
    select
        session_id,
        user_id,
        level,
        minutes,
        plays,
        cast(extract(year from begun_at) as integer) as year,
        cast(extract(month from begun_at) as integer) as month
    from sessions
), placed as (
    select
        year,
        month,
        level,
        minutes,
        plays,
        row_number() over (partition by year, month, level order by minutes) as place,
        count(*) over (partition by year, month, level) as sessions
    from monthly
)
select
    year, -- In which the sessions began.
    month, -- From 1.
    level, -- `free` or `paid`.
    count(*) as sessions, -- How many began.
    exact_mean(minutes) as mean_minutes, -- From the first to the last event.
    min(case when place * 2 >= sessions then minutes end) as median_minutes, -- Half took no longer.
    min(case when place * 10 >= sessions * 9 then minutes end) as p90_minutes, -- 90 % took no longer.
    exact_mean(cast(plays as double precision)) as mean_plays -- Songs that were started in one.
from placed
group by year, month, level
order by year, month, level
