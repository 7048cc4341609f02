-- One row per model of a warehouse and upstream that is newer than what the model has consumed.
with versions as (
    select
        dataset as name,
        max(load_number) as version
    from etl.loads
    group by dataset
    union all
    select
        model as name,
        max(version) as version
    from etl.builds
    group by model
)
select
    m.model,
    m.upstream
from etl.models as m
inner join versions as v on v.name = m.upstream
where v.version > m.upstream_version and m.model like :warehouse
order by m.model, m.upstream
