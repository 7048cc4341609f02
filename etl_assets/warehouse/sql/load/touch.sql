update target as r
set _loaded_in = :load_number
from contradicted as c
where r.physical_row = c.touched_row
