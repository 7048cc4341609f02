update etl.quarantine as q
set load_number = f.load_number
from etl.files as f
where q.dataset = :dataset and f.file_id = q.file_id
