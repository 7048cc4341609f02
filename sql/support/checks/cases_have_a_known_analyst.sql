-- Cases without an analyst, or of one that HR's files do not have.
select
    f.cid,
    f.aid
from support_marts.fact_cases as f
inner join support_marts.dim_analysts as a on a.analyst_key = f.analyst_key
where a.is_inferred or f.aid is null
