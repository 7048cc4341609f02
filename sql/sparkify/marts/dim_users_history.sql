-- One row per version of a user: the level held from valid_from to valid_to, and the latest name and gender.
-- Here are the events at which something about a user was new; the versions follow from them. Whoever was logged in on
-- any page is a user.
-- Grain: user_id, valid_from.
with told as (
    select
        user_id,
        first_name,
        last_name,
        gender,
        level,
        ts,
        row_number() over (partition by user_id order by ts, session_id, item_in_session, page) as sequence
    from sparkify_staging.log_events
    where user_id is not null and ts between 0 and 253370764799999
), compared as (
    select
        user_id,
        first_name,
        last_name,
        gender,
        level,
        ts,
        sequence,
        lag(first_name) over (partition by user_id order by sequence) as first_name_before,
        lag(last_name) over (partition by user_id order by sequence) as last_name_before,
        lag(gender) over (partition by user_id order by sequence) as gender_before,
        lag(level) over (partition by user_id order by sequence) as level_before
    from told
)
select
    c.user_id,
    c.first_name,
    c.last_name,
    c.gender,
    c.level,
    t.at as effective_at,
    c.sequence,
    'U' as op
from compared as c
inner join sparkify_marts.dim_time as t on t.time_id = c.ts
where
    c.sequence = 1
    or c.first_name is distinct from c.first_name_before
    or c.last_name is distinct from c.last_name_before
    or c.gender is distinct from c.gender_before
    or c.level is distinct from c.level_before
