-- One row per product, group or line, with what stands above it: a line repeats its name in all three columns, a group
-- in the last two. What stands above an unknown parent is not known.
-- Grain: pid.
select
    p.pid,
    case
        when p.parent_pid is null then p.name
        when above.pid is not null and above.parent_pid is null then above.name
        else top.name
    end as product_line, -- The line that it belongs to.
    case
        when p.parent_pid is null then p.name
        when above.pid is not null and above.parent_pid is null then p.name
        else above.name
    end as product_group, -- The group that it belongs to.
    p.name as product, -- Its own name.
    timestamp '1900-01-01 00:00:00' as effective_at,
    cast(0 as bigint) as sequence,
    'U' as op
from support_staging.products as p
left join support_staging.products as above on above.pid = p.parent_pid
left join support_staging.products as top on top.pid = above.parent_pid
