-- The runs that ended before this snapshot: their keys were gone from the next one on, and now are from this one on.
update target as r
set _loaded_in = :load_number
from runs_before as b
where r.physical_row = b.run and not b.spans and not b.is_seen
