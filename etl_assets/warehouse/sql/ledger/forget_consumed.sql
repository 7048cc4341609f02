delete from etl.models
where model = :model
