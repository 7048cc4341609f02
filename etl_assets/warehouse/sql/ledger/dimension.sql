select d.declaration
from etl.dimensions as d
where d.dimension = :dimension
