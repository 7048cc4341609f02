select
    m.upstream,
    m.upstream_version
from etl.models as m
where m.model = :model
