select declaration
from etl.datasets
where dataset = :dataset
