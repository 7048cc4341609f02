delete from etl.dimensions
where dimension = :dimension
