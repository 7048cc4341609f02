select
    q.line,
    q.column_name,
    q.value,
    q.reason
from etl.quarantine as q
where q.file_id = :file_id
order by q.row_number
limit 3
