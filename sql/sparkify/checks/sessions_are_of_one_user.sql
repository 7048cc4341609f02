-- Sessions in which more than one user was logged in.
select
    session_id,
    count(distinct user_id) as users
from sparkify_staging.log_events
where user_id is not null
group by session_id
having count(distinct user_id) > 1
