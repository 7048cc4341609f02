select
    c.name,
    c.is_blocking,
    c.bad_rows,
    c.sample,
    c.query
from etl.checks as c
where c.model = :model
order by c.name
