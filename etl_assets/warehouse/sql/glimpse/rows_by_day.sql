-- How many rows fall into each day.
select
    cast(the_time as date) as day,
    count(*) as how_many
from target
where the_time is not null
group by cast(the_time as date)
order by day
