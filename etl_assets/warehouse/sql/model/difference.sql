-- The rows that have to be written so that the target is as built.
create temp table difference as
select
    case
        when b.is_built is null then 'delete'
        when t.target_row is null then 'insert'
        when the_replaces then 'replace'
        else 'update'
    end as action,
    t.target_row,
    b.each_column
from (select
    true as is_built,
    x.each_column
from built as x) as b
full join (select
    r.each_column,
    r.physical_row as target_row
from target as r
where the_scope) as t
    on b.each_identity = t.each_identity
where b.is_built is null or t.target_row is null or b.each_detail is distinct from t.each_detail
