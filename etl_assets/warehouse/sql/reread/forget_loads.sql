delete from etl.loads
where dataset = :dataset
