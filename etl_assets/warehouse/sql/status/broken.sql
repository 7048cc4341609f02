-- One row per check of a warehouse's models that found rows when its model was last built.
select
    model,
    name,
    is_blocking,
    bad_rows
from etl.checks
where bad_rows > 0 and model like :warehouse
order by model, name
