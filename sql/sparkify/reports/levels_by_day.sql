-- One row per day on which a song was played: how much was heard by those who pay and by those who do not.
-- A user whose level changed on that day counts on both sides.
-- Grain: date.
with days as (
    select
        cast(played_at as date) as date,
        user_id,
        level
    from sparkify_marts.fact_song_plays
)
select
    date, -- The day, UTC.
    cast(sum(case when level = 'free' then 1 else 0 end) as bigint) as free_plays, -- Started by users who did not pay.
    cast(sum(case when level = 'paid' then 1 else 0 end) as bigint) as paid_plays, -- Started by users who paid.
    count(distinct case when level = 'free' then user_id end) as free_listeners, -- Users who did so.
    count(distinct case when level = 'paid' then user_id end) as paid_listeners, -- Users who did so.
    cast(sum(case when level = 'paid' then 1 else 0 end) as double precision)
    / cast(count(*) as double precision) as paid_share -- Of the plays, 0 to 1.
from days
group by date
order by date
