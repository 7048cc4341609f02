-- One row per user, logged in on any page: the latest level, name and gender.
-- Grain: user_id.
select
    user_id,
    first_name,
    last_name,
    gender,
    level
from sparkify_marts.dim_users_history
where is_current and user_id is not null
