update etl.loads as l
set
    load_number = k.load_number,
    seconds = k.seconds,
    loaded_at = k.loaded_at
from kept_loads as k
where l.dataset = :dataset and l.load_id = k.load_id
