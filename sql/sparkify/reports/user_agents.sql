-- One row per browser and system that songs were heard with, as far as the browsers say.
-- Grain: browser, system.
with told as (
    select
        user_id,
        case
            when user_agent like '%Firefox/%' then 'Firefox'
            when user_agent like '%MSIE %' or user_agent like '%Trident/%' then 'Internet Explorer'
            when user_agent like '%Edg/%' or user_agent like '%Edge/%' then 'Edge'
            when user_agent like '%OPR/%' or user_agent like '%Opera%' then 'Opera'
            when user_agent like '%Chromium/%' then 'Chromium'
            when user_agent like '%Chrome/%' or user_agent like '%CriOS/%' then 'Chrome'
            when user_agent like '%Safari/%' then 'Safari'
            else 'other'
        end as browser,
        case
            when user_agent like '%iPhone%' then 'iPhone'
            when user_agent like '%iPad%' then 'iPad'
            when user_agent like '%Android%' then 'Android'
            when user_agent like '%Windows%' then 'Windows'
            when user_agent like '%Mac OS X%' or user_agent like '%Macintosh%' then 'Mac'
            when user_agent like '%Linux%' then 'Linux'
            else 'other'
        end as system
    from sparkify_marts.fact_song_plays
    where user_agent is not null
)
select
    browser, -- Its name; `other` for one that is not known here.
    system, -- What it runs on; `other` likewise.
    count(*) as plays, -- Songs that were started with it.
    count(distinct user_id) as listeners -- Users who started any.
from told
group by browser, system
order by plays desc, browser asc, system asc
