-- The rows that would have one surrogate key.
select
    d.each_key,
    d.valid_from
from difference as d
where d.action <> 'delete' and d.the_surrogate = :surrogate
union
select
    t.each_key,
    t.valid_from
from target as t
where t.the_surrogate = :surrogate
