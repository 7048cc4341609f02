-- Days on which more than one play in a hundred does not say who heard it, at which level, where or with what.
with days as (
    select
        cast(played_at as date) as day,
        count(*) as plays,
        count(user_id) as with_user,
        count(level) as with_level,
        count(location) as with_location,
        count(user_agent) as with_user_agent
    from sparkify_marts.fact_song_plays
    group by cast(played_at as date)
)
select
    day,
    plays,
    with_user,
    with_level,
    with_location,
    with_user_agent
from days
where
    with_user * 100 < plays * 99
    or with_level * 100 < plays * 99
    or with_location * 100 < plays * 99
    or with_user_agent * 100 < plays * 99
