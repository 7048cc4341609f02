-- What this snapshot says otherwise than the one before it: the runs there that do not simply go on, and the keys that
-- no run holds there. A run that spans goes on in the snapshot after this one, or is open.
create temp table differing as
select
    coalesce(n.each_key, b.each_key) as each_key,
    b.run,
    b._last_file_id,
    coalesce(b.spans, false) as spans,
    n.is_seen is not null as is_seen,
    b.run is not null and n.is_seen is not null and (b.each_detail is not distinct from n.each_detail) as is_same
from (
    select
        r.each_column,
        r.physical_row as run,
        r._last_file_id,
        coalesce((r._last_file_id is null) or (last_file.place >= cast(:next_place as bigint)), false) as spans
    from target as r
    inner join file_order as first_file on first_file.file_id = r._first_file_id
    left join file_order as last_file on last_file.file_id = r._last_file_id
    where
        first_file.place <= cast(:previous_place as bigint)
        and (r._last_file_id is null or last_file.place >= cast(:previous_place as bigint))
) as b
full join (select
    true as is_seen,
    s.each_column
from seen as s) as n on n.each_key = b.each_key
where b.run is null or n.is_seen is null or not b.spans or b.each_detail is distinct from n.each_detail
