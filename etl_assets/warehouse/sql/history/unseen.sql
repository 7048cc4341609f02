-- A member to insert for every natural key that facts name and the dimension has never seen.
create temp table difference as
select
    'insert' as action,
    d.target_row,
    surrogate_key(n.each_natural, timestamp '1900-01-01 00:00:00') as the_surrogate,
    n.each_natural,
    timestamp '1900-01-01 00:00:00' as valid_from,
    timestamp '9999-12-31 00:00:00' as valid_to,
    true as is_current,
    true as is_inferred
from named as n
left join (select
    k.physical_row as target_row,
    k.each_natural
from target as k) as d on d.each_natural = n.each_natural
left join etl.gone_keys as g on g.dimension = :dimension and g.natural_key = key_text(n.each_natural)
where d.target_row is null and g.dimension is null
