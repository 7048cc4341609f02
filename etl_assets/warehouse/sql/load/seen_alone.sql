-- The rows of the only snapshot, no key of which comes twice.
create temp view seen as
select s.each_column
from staged as s
where s._file_id = the_file
