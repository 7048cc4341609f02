update etl.files as f
set load_number = k.load_number
from kept_files as k
where f.dataset = :dataset and f.file_id = k.file_id
