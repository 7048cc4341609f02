-- The versions that follow from the observations (docs/history.md): of each instant the last observation counts,
-- neighbours with equal tracked values are one version, a delete leaves a gap. One that nothing precedes says nothing.
create temp table built as
with ranked as (
    select
        o.each_key,
        o.each_tracked,
        first_value(o.each_overwritten) over (
            partition by o.each_key
            order by case when o.op = 'D' then 1 else 0 end, o.effective_at desc, o.sequence desc
        ) as each_overwritten,
        first_value(o.each_original) over (
            partition by o.each_key
            order by case when o.op = 'D' then 1 else 0 end, o.effective_at, o.first_sequence
        ) as each_original,
        o.effective_at,
        o.op,
        row_number() over (partition by o.each_key, o.effective_at order by o.sequence desc) as _recency
    from told as o
), state as (
    select
        r.each_key,
        r.each_tracked,
        r.each_overwritten,
        r.each_original,
        r.effective_at,
        r.op,
        lag(r.op) over (partition by r.each_key order by r.effective_at) as _was_op,
        lag(r.each_tracked) over (partition by r.each_key order by r.effective_at) as _was_each_tracked
    from ranked as r
    where r._recency = 1
), change as (
    select
        s.each_key,
        s.each_tracked,
        s.each_overwritten,
        s.each_original,
        s.op,
        case
            when
                row_number() over (partition by s.each_key order by s.effective_at) = 1
                and the_beginning < s.effective_at
                then the_beginning
            else s.effective_at
        end as valid_from,
        lead(s.effective_at) over (partition by s.each_key order by s.effective_at) as valid_to
    from state as s
    where
        (s._was_op is null and s.op <> 'D')
        or (s._was_op is not null and (s.op = 'D') <> (s._was_op = 'D'))
        or (s.op <> 'D' and s._was_op <> 'D' and s.each_tracked is distinct from s._was_each_tracked)
), version as (
    select
        c.each_key,
        c.each_tracked,
        c.each_overwritten,
        c.each_original,
        lag(c.each_previous) over (partition by c.each_key order by c.valid_from) as _before_each_previous,
        c.valid_from,
        c.valid_to
    from change as c
    where c.op <> 'D'
), stretch as (
    select
        v.each_key,
        v.each_tracked,
        v.each_overwritten,
        v.each_original,
        v._before_each_previous,
        sum(case when v.each_previous is distinct from v._before_each_previous then 1 else 0 end) over (
            partition by v.each_key
            order by v.valid_from
        ) as _stretch_each_previous,
        v.valid_from,
        v.valid_to
    from version as v
)
select
    surrogate_key(t.each_key, t.valid_from) as the_surrogate,
    t.each_key,
    t.each_original,
    t.each_overwritten,
    t.each_tracked,
    first_value(t._before_each_previous) over (
        partition by t.each_key, t._stretch_each_previous
        order by t.valid_from
    ) as previous_each_previous,
    t.valid_from,
    coalesce(t.valid_to, timestamp '9999-12-31 00:00:00') as valid_to,
    t.valid_to is null as is_current,
    false as is_inferred
from stretch as t
