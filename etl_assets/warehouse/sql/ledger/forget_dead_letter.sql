delete from etl.dead_letters
where dataset = :dataset and path = :path and version = :version
