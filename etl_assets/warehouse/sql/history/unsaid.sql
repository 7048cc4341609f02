-- Observations that say neither that a key is there (U) nor that it is gone (D), or not when.
select
    min(o.op) as op,
    count(*) as observations,
    sum(case when o.effective_at is null or o.sequence is null then 1 else 0 end) as without_order
from observed as o
where o.op is null or o.op not in ('U', 'D') or o.effective_at is null or o.sequence is null
having count(*) > 0
