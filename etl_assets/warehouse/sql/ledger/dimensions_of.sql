select distinct m.dimension
from etl.members as m
where m.fact = :fact
order by m.dimension
