-- Rows that came again are of no later load than the last one.
update target
set _loaded_in = :load_number
where _loaded_in > :load_number
