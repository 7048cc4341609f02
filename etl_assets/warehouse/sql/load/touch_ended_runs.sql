-- The runs that ended before this snapshot and after the last one that could end keys: they end here now.
update target as r
set _loaded_in = :load_number
from file_order as o
where
    o.file_id = r._last_file_id
    and o.place >= coalesce(cast(:whole_place as bigint), 0)
    and o.place < cast(:place as bigint)
