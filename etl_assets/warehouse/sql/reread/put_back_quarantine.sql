update etl.quarantine as q
set load_number = k.load_number
from kept_files as k
where q.dataset = :dataset and q.file_id = k.file_id
