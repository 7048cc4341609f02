-- One row per place that songs were heard in: how much, by how many, and how much of it was paid for.
-- Places of equally many plays share a rank.
-- Grain: location.
with places as (
    select
        location,
        count(*) as plays,
        cast(sum(case when level = 'paid' then 1 else 0 end) as bigint) as paid_plays,
        count(distinct user_id) as listeners
    from sparkify_marts.fact_song_plays
    where location is not null
    group by location
)
select
    rank() over (order by plays desc) as place, -- From 1.
    location,
    plays, -- Songs that were started there.
    paid_plays, -- Of them, by users who paid.
    listeners -- Users who started any.
from places
order by place, location
