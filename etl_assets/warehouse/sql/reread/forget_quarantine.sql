delete from etl.quarantine
where dataset = :dataset
