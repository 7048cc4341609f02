-- Cases that were assigned, answered or resolved before they were created.
select
    cid,
    created_at,
    assigned_at,
    response_at,
    resolved_at
from support_marts.fact_cases
where assigned_at < created_at or response_at < created_at or resolved_at < created_at
