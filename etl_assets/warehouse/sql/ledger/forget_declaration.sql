delete from etl.datasets
where dataset = :dataset
