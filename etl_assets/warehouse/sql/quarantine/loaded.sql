select coalesce(sum(f.rows_loaded), 0) as rows_loaded
from etl.files as f
where f.dataset = :dataset
