select rows_now
from etl.datasets
where dataset = :dataset
