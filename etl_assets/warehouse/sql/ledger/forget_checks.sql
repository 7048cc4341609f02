delete from etl.checks
where model = :model
