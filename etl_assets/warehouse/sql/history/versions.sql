-- The versions that follow from the observations (docs/history.md): of each instant the last observation counts,
-- neighbours with equal tracked values are one version, a delete leaves a gap.
create temp table built as
with ranked as (
    select
        o.each_key,
        o.each_tracked,
        o.effective_at,
        o.op,
        row_number() over (partition by o.each_key, o.effective_at order by o.sequence desc) as recency
    from observed as o
), state as (
    select
        r.each_key,
        r.each_tracked,
        r.effective_at,
        r.op,
        lag(r.op) over (partition by r.each_key order by r.effective_at) as was_op,
        lag(r.each_tracked) over (partition by r.each_key order by r.effective_at) as was_each_tracked
    from ranked as r
    where r.recency = 1
), change as (
    select
        s.each_key,
        s.each_tracked,
        s.op,
        case
            when
                row_number() over (partition by s.each_key order by s.effective_at) = 1
                then coalesce(the_beginning, s.effective_at)
            else s.effective_at
        end as valid_from,
        lead(s.effective_at) over (partition by s.each_key order by s.effective_at) as valid_to
    from state as s
    where
        (s.was_op is null and s.op <> 'D')
        or (s.was_op is not null and (s.op = 'D') <> (s.was_op = 'D'))
        or (s.op <> 'D' and s.was_op <> 'D' and s.each_tracked is distinct from s.was_each_tracked)
), latest as (
    select
        l.each_key,
        l.each_overwritten
    from (
        select
            o.each_key,
            o.each_overwritten,
            row_number() over (partition by o.each_key order by o.effective_at desc, o.sequence desc) as recency
        from observed as o
        where o.op <> 'D'
    ) as l
    where l.recency = 1
), first_seen as (
    select
        f.each_key,
        f.each_original
    from (
        select
            o.each_key,
            o.each_original,
            row_number() over (partition by o.each_key order by o.effective_at, o.sequence) as seniority
        from observed as o
        where o.op <> 'D'
    ) as f
    where f.seniority = 1
)
select
    surrogate_key(c.each_key, c.valid_from) as the_surrogate,
    c.each_key,
    f.each_original,
    l.each_overwritten,
    c.each_tracked,
    c.valid_from,
    coalesce(c.valid_to, timestamp '9999-12-31 00:00:00') as valid_to,
    c.valid_to is null as is_current,
    false as is_inferred
from change as c
inner join latest as l on l.each_key = c.each_key
inner join first_seen as f on f.each_key = c.each_key
where c.op <> 'D'
