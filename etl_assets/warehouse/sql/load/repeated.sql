-- The keys that come more than once in one snapshot, and the last of their rows.
create temp table repeated as
select
    s.each_key,
    max(s._row) as last_row
from staged as s
where s._file_id = :file_id
group by s.each_key
having count(*) > 1
