-- The part before this snapshot of the runs that it contradicts.
update target as r
set
    _last_file_id = cast(:previous_file_id as bigint),
    _loaded_in = :load_number
from differing as b
where r.physical_row = b.run and b.spans and not b.is_same
