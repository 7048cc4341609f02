-- A member for every natural key that facts name and the dimension has never seen.
insert into target
(the_surrogate, each_natural, valid_from, valid_to, is_current, is_inferred)
select
    surrogate_key(n.each_natural, timestamp '1900-01-01 00:00:00'),
    n.each_natural,
    timestamp '1900-01-01 00:00:00',
    timestamp '9999-12-31 00:00:00',
    true,
    true
from named as n
left join (select
    true as is_known,
    k.each_natural
from target as k) as d on d.each_natural = n.each_natural
left join etl.gone_keys as g on g.dimension = :dimension and g.natural_key = key_text(n.each_natural)
where d.is_known is null and g.dimension is null
