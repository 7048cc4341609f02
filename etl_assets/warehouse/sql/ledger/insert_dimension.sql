insert into etl.dimensions
(dimension, surrogate, natural_key)
values
(:dimension, :surrogate, :natural_key)
