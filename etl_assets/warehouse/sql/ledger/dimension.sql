select
    d.surrogate,
    d.natural_key
from etl.dimensions as d
where d.dimension = :dimension
