-- One row per model of a warehouse: its last build that wrote.
select
    b.model,
    b.version,
    b.rows_now,
    b.built_at
from etl.builds as b
left join etl.builds as later on later.model = b.model and later.version > b.version
where later.model is null and b.model like :warehouse
order by b.model
