-- The runs that hold at the snapshot before this one; a run that spans goes on in the snapshot after it, or is open.
create temp table runs_before as
select
    r.each_key,
    r.physical_row as run,
    r._last_file_id,
    coalesce((r._last_file_id is null) or (last_file.place >= cast(:next_place as bigint)), false) as spans,
    n.is_seen is not null as is_seen,
    n.is_seen is not null and (r.each_detail is not distinct from n.each_detail) as is_same
from target as r
inner join file_order as first_file on first_file.file_id = r._first_file_id
left join file_order as last_file on last_file.file_id = r._last_file_id
left join (select
    true as is_seen,
    s.each_column
from seen as s) as n on n.each_key = r.each_key
where
    first_file.place <= cast(:previous_place as bigint)
    and (r._last_file_id is null or last_file.place >= cast(:previous_place as bigint))
