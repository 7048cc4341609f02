-- A key of which two rows are observed in the same place of the order, so that neither has the last word.
select
    o.each_key,
    o.effective_at
from observed as o
where o.op <> 'D'
group by o.each_key, o.effective_at, o.sequence
having count(*) > 1
order by o.each_key, o.effective_at
limit 1
