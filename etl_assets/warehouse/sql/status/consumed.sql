-- One row per model of a warehouse and upstream that it is made of.
select
    m.model,
    m.upstream
from etl.models as m
where m.model like :warehouse
