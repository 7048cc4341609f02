insert into etl.dimensions
(dimension, declaration)
values
(:dimension, :declaration)
