-- One row per range: its number, how many keys were there when they were observed last, the sum of their rows' hashes.
with newest as (
    select
        each_key,
        max(the_time) as newest_at
    from observed_events
    where the_within
    group by each_key
), latest as (
    select
        e.each_column,
        e.the_op as _operation
    from observed_events as e
    inner join newest as n on n.each_key = e.each_key and n.newest_at = e.the_time
)
select
    the_number as number,
    count(*) as counted,
    sum(the_hash) as total
from latest
where _operation <> 'D'
group by the_number
