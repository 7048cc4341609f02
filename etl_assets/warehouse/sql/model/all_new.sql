-- The same where the target has no rows yet that the build speaks of: all that was built, with nothing to compare.
create temp view difference as
select
    'insert' as action,
    t.target_row,
    b.each_column
from built as b
left join (
    select r.physical_row as target_row
    from target as r
    where 1 = 0
) as t
    on 1 = 1
