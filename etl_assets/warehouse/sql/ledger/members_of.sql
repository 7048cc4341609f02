select
    m.fact,
    m.member_column,
    m.natural_key,
    m.at_expression,
    m.otherwise
from etl.members as m
where m.dimension = :dimension
order by m.fact, m.member_column
