delete from etl.failures
where asset = :asset
