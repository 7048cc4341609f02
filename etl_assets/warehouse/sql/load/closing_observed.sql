-- How many keys are there just before this snapshot, by changes and snapshots, how many of them it does not have, and
-- the first of those.
select
    count(*) as held,
    sum(case when n.is_seen is null then 1 else 0 end) as closed,
    min(case when n.is_seen is null then key_text(w.each_key) end) as first_closed
from (
    select
        o.each_key,
        o.op,
        row_number() over (partition by o.each_key order by o.effective_at desc, o.sequence desc) as recency
    from observations as o
    inner join file_order as this on this.file_id = :file_id
    where
        o.effective_at < this.order_at
        or (o.effective_at = this.order_at and o.sequence < this.place * 4294967296)
) as w
left join (select
    true as is_seen,
    s.each_key
from there as s) as n on n.each_key = w.each_key
where w.recency = 1 and w.op <> 'D'
