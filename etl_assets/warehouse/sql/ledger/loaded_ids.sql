select load_id
from etl.loads
where dataset = :dataset
