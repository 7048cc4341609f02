-- One row per key of one snapshot; where a key comes twice, the last stands.
create temp table seen as
select s.each_column
from staged as s
left join repeated as t on t.each_key = s.each_key
where s._file_id = :file_id and (t.last_row is null or s._row = t.last_row)
