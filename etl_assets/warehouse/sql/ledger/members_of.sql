select
    m.fact,
    m.declaration
from etl.members as m
where m.dimension = :dimension
order by m.fact, m.member_column
