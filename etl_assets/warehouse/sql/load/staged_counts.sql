select
    s._file_id,
    count(*) as staged_rows
from staged as s
group by s._file_id
