-- One row per key of some ranges: what was observed of it last, and the delivery that said so.
with newest as (
    select
        each_key,
        max(the_time) as newest_at
    from observed_events
    where the_within
    group by each_key
)
select
    e.each_column,
    e.the_op as _operation,
    e._last_file_id as _delivery
from observed_events as e
inner join newest as n on n.each_key = e.each_key and n.newest_at = e.the_time
