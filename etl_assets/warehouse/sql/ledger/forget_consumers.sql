delete from etl.models
where upstream = :dataset
