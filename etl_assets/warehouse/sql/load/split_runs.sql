-- The part behind this snapshot of the runs that it contradicts.
insert into target
(each_column, _first_file_id, _last_file_id, _loaded_in)
select
    r.each_column,
    cast(:next_file_id as bigint),
    b._last_file_id,
    :load_number
from differing as b
inner join target as r on r.physical_row = b.run
where b.spans and not b.is_same and cast(:next_file_id as bigint) is not null
