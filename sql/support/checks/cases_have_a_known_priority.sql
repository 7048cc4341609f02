-- Cases without a priority, or with one that the SLA sheet does not have.
select
    f.cid,
    f.priority
from support_marts.fact_cases as f
inner join support_marts.dim_priorities as p on p.priority_key = f.priority_key
where p.is_inferred or f.priority is null
