-- A member for every natural key that facts name and the dimension has never seen.
insert into target
(the_surrogate, the_natural, valid_from, valid_to, is_current, is_inferred)
select
    surrogate_key(n.natural_key, timestamp '1900-01-01 00:00:00'),
    n.natural_key,
    timestamp '1900-01-01 00:00:00',
    timestamp '9999-12-31 00:00:00',
    true,
    true
from (
    select distinct b.the_by as natural_key
    from asked as b
    where b.the_by is not null
) as n
left join (select
    true as is_known,
    k.the_natural
from target as k) as d on d.the_natural = n.natural_key
left join etl.gone_keys as g on g.dimension = :dimension and g.natural_key = cast(n.natural_key as text)
where d.is_known is null and g.dimension is null
