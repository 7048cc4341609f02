select distinct
    q.file_id,
    q.row_number
from etl.quarantine as q
where q.dataset = :dataset
