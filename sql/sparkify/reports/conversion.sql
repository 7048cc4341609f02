-- One row per month in which users were first seen without paying: how many of them paid later, and how soon.
-- Grain: year, month.
with first_free as (
    select
        user_id,
        min(valid_from) as free_at
    from sparkify_marts.dim_users_history
    where level = 'free'
    group by user_id
), first_paid as (
    select
        f.user_id,
        min(f.free_at) as free_at,
        min(h.valid_from) as paid_at
    from first_free as f
    left join sparkify_marts.dim_users_history as h
        on h.user_id = f.user_id and h.level = 'paid' and h.valid_from > f.free_at
    group by f.user_id
), monthly as (
    select
        user_id,
        free_at,
        paid_at,
        cast(extract(year from free_at) as integer) as year,
        cast(extract(month from free_at) as integer) as month
    from first_paid
)
select
    year, -- In which they were first seen without paying.
    month, -- From 1.
    count(*) as free_users, -- How many they are.
    count(paid_at) as paid_later, -- How many of them paid at any time after it.
    cast(count(paid_at) as double precision) / cast(count(*) as double precision) as conversion, -- Of them, 0 to 1.
    exact_mean(hours_between(free_at, paid_at)) as mean_hours -- From then to when they first paid.
from monthly
group by year, month
order by year, month
