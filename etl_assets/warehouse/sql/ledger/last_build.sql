select
    b.version,
    b.definition,
    b.rows_now,
    b.built_at
from etl.builds as b
where b.model = :model
order by b.version desc
limit 1
