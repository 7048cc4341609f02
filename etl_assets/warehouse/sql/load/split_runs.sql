-- The part behind this snapshot of the runs that it contradicts.
insert into target
(each_column, _first_file_id, _last_file_id, _loaded_in)
select
    b.each_column,
    cast(:next_file_id as bigint),
    b._last_file_id,
    :load_number
from runs_before as b
where b.spans and not b.is_same and cast(:next_file_id as bigint) is not null
