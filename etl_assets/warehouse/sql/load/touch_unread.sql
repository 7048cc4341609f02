-- The keys that were there last, though unread: they end in this snapshot, if it is the next one that can end them.
update observed_unread as u
set _loaded_in = :load_number
from file_order as o
where
    o.file_id = u._file_id
    and o.place >= coalesce(cast(:whole_place as bigint), 0)
    and o.place < cast(:place as bigint)
