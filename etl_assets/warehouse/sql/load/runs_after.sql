-- The runs that begin at the snapshot after this one and have the same attributes here.
create temp table runs_after as
select
    r.each_key,
    r.physical_row as run,
    r._last_file_id
from target as r
inner join seen as n on n.each_key = r.each_key and n.each_detail is not distinct from r.each_detail
where r._first_file_id = cast(:next_file_id as bigint)
