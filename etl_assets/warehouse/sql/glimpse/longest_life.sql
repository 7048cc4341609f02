-- The versions of the key that has the most; of several such, the one that changed last.
with
lives as (
    select
        each_key,
        count(*) as versions,
        max(valid_from) as changed_at
    from target
    where
        the_surrogate <> -1
        and not is_inferred
    group by each_key
),
longest as (
    select each_key
    from lives
    where versions > 1
    order by
        versions desc,
        changed_at desc,
        each_key asc
    limit 1
)
select
    t.valid_from,
    t.valid_to,
    (select max(l.changed_at) from lives as l) as until,
    t.each_key,
    t.each_shown
from target as t
inner join longest as o on o.each_key = t.each_key
order by t.valid_from
