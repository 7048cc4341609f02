-- The same content was delivered earlier or later than was known.
update target as r
set
    _first_file_id = x.first_file_id,
    _first_row = x.first_row,
    _last_file_id = x.last_file_id,
    _last_row = x.last_row,
    _loaded_in = :load_number
from moved as x
where r.physical_row = x.known_row
