select
    b.version,
    b.definition,
    b.rows_now
from etl.builds as b
where b.model = :model
order by b.version desc
limit 1
