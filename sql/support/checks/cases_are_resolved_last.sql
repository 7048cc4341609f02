-- Cases that were resolved before they were assigned or first answered.
select
    cid,
    assigned_at,
    response_at,
    resolved_at
from support_marts.fact_cases
where resolved_at < assigned_at or resolved_at < response_at
