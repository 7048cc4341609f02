delete from etl.files
where dataset = :dataset
