-- How many observations a table has, and the first and the last place of their keys.
select
    count(*) as observations,
    min(the_place) as first_place,
    max(the_place) as last_place
from observed_events
