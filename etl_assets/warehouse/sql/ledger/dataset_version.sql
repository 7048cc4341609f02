select coalesce(max(load_number), 0) as version
from etl.loads
where dataset = :name
