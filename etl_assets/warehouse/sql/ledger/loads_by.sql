-- The loads of a dataset that had been committed by a time.
select load_id
from etl.loads
where dataset = :dataset and loaded_at <= :at
