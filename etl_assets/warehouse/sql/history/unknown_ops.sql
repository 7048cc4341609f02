-- Observations that say neither that a key is there (U) nor that it is gone (D).
select
    min(o.op) as op,
    count(*) as observations
from observed as o
where o.op is null or o.op not in ('U', 'D')
having count(*) > 0
