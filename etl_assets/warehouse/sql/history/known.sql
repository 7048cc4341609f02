-- The observations, with a value for columns that were not known yet (docs/history.md): what is known within the
-- version, else nothing or the key's first known value. Only a known value that differs from a known one is a change.
create temp table known as
with ranked as (
    select
        o.each_carried,
        o.each_added,
        o.effective_at,
        o.sequence,
        o.op,
        row_number() over (partition by o.each_key, o.effective_at order by o.sequence desc) as _recency
    from observed as o
), state as (
    select
        r.each_carried,
        r.each_added,
        r.effective_at,
        r.sequence,
        r.op,
        case when r.op <> 'D' and r.effective_at >= the_since_each_added then 1 else 0 end as _knows_each_added,
        lag(r.effective_at) over (partition by r.each_key order by r.effective_at) as _was_at,
        lag(r.op) over (partition by r.each_key order by r.effective_at) as _was_op,
        lag(r.each_always) over (partition by r.each_key order by r.effective_at) as _was_each_always,
        lag(r.each_added) over (partition by r.each_key order by r.effective_at) as _was_each_added
    from ranked as r
    where r._recency = 1
), placed as (
    select
        s.each_carried,
        s.each_added,
        s.effective_at,
        s.sequence,
        s.op,
        s._knows_each_added,
        sum(
            case
                when
                    s._was_op is null
                    or s._was_op = 'D'
                    or s.each_always is distinct from s._was_each_always
                    or case when s._was_at >= the_since_each_added then s.each_added end
                    is distinct from case when s._was_at >= the_since_each_added then s._was_each_added end
                    then 1
                else 0
            end
        ) over (
            partition by s.each_key
            order by s.effective_at
        ) as _version
    from state as s
), filled as (
    select
        p.each_carried,
        case
            when max(p._knows_each_added) over (partition by p.each_key, p._version) = 1
                then first_value(p.each_added) over (
                    partition by p.each_key, p._version
                    order by p._knows_each_added desc, p.effective_at asc
                )
            when the_first_each_added and max(p._knows_each_added) over (partition by p.each_key) = 1
                then first_value(p.each_added) over (
                    partition by p.each_key
                    order by p._knows_each_added desc, p.effective_at asc
                )
        end as each_added,
        p.effective_at,
        p.sequence,
        p.op
    from placed as p
)
select
    f.each_carried,
    f.each_added,
    f.effective_at,
    f.sequence,
    f.op
from filled as f
union all
select
    r.each_carried,
    r.each_added,
    r.effective_at,
    r.sequence,
    r.op
from ranked as r
where r._recency > 1
