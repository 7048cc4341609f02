-- Users of whom no name or no gender is known.
select
    user_id,
    first_name,
    last_name,
    gender
from sparkify_marts.dim_users
where first_name is null or last_name is null or gender is null
