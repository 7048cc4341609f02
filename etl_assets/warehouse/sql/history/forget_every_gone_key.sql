delete from etl.gone_keys
where dimension = :dimension
