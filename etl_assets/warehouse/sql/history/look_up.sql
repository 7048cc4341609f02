-- What was observed, with what the other key was at that time; and the last word of each instant again for every time
-- at which the other key changes before the next. No two of these have one time, so each is its instant's last word.
create temp table extended as
with word as (
    select
        o.each_carried,
        o.effective_at,
        row_number() over (partition by o.each_key, o.effective_at order by o.sequence desc) as _recency
    from observed as o
), span as (
    select
        w.each_carried,
        w.effective_at,
        lead(w.effective_at) over (partition by w.each_key order by w.effective_at) as _until
    from word as w
    where w._recency = 1
)
select
    o.each_carried,
    o.effective_at,
    s.each_looked_up
from observed as o
left join state as s
    on
        s.each_by = o.each_by
        and (s._begins is null or s._begins <= o.effective_at)
        and (s._ends is null or s._ends > o.effective_at)
union all
select
    p.each_carried,
    s._begins as effective_at,
    s.each_looked_up
from span as p
inner join state as s on s.each_by = p.each_by
where
    p.op <> 'D'
    and s._begins > p.effective_at
    and (p._until is null or s._begins < p._until)
