update etl.files as f
set load_number = l.load_number
from etl.loads as l
where f.dataset = :dataset and l.dataset = f.dataset and l.load_id = f.load_id
