update etl.datasets
set declaration = :declaration
where dataset = :dataset
