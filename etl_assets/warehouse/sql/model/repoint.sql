-- Exactly the facts whose key has changed.
update target as f
set the_member = m.new_key
from moving as m
where f.physical_row = m.fact_row
