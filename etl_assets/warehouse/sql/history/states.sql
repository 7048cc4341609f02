-- What each key of a table that is looked up was, and from when to when: of each instant the last observation counts,
-- an end leaves NULLs, neighbours with equal values are one. NULL as the beginning stands for all the time before.
create temp table state as
with word as (
    select
        o.each_by,
        o.each_looked_up,
        o.effective_at,
        o.op,
        row_number() over (partition by o.each_by, o.effective_at order by o.sequence desc) as _recency
    from other as o
), known as (
    select
        w.each_by,
        case when w.op <> 'D' then w.each_looked_up end as each_looked_up,
        w.effective_at,
        sum(case when w.op <> 'D' then 1 else 0 end) over (partition by w.each_by order by w.effective_at) as _asserted
    from word as w
    where w._recency = 1
), numbered as (
    select
        k.each_by,
        k.each_looked_up,
        k.effective_at,
        row_number() over (partition by k.each_by order by k.effective_at) as _number,
        lag(k.each_looked_up) over (partition by k.each_by order by k.effective_at) as _was_each_looked_up
    from known as k
    where k._asserted > 0
)
select
    n.each_by,
    n.each_looked_up,
    case when n._number > 1 or not the_reach then n.effective_at end as _begins,
    lead(n.effective_at) over (partition by n.each_by order by n.effective_at) as _ends
from numbered as n
where n._number = 1 or n.each_looked_up is distinct from n._was_each_looked_up
