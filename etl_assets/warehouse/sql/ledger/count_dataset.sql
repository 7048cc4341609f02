update etl.datasets
set rows_now = :rows_now
where dataset = :dataset
