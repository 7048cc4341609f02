-- Cases of an analyst whom HR's files have, but not yet at the time of the case.
select
    cid,
    aid,
    created_at,
    assigned_at
from support_marts.fact_cases
where analyst_key = -1 and aid is not null
