select
    l.load_id,
    l.load_number,
    l.seconds,
    l.loaded_at
from etl.loads as l
where l.dataset = :dataset
