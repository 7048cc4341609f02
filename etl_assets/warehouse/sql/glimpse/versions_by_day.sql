-- How many versions of a dimension begin on each day; those that begin where every key's first does say nothing.
select
    cast(valid_from as date) as day,
    count(*) as how_many
from target
where
    the_surrogate <> -1
    and not is_inferred
    and valid_from is distinct from the_beginning
group by cast(valid_from as date)
order by day
