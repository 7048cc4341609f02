-- Keys of which only the end was observed: facts that name them have no member to point to.
insert into etl.gone_keys
(dimension, natural_key)
select distinct
    :dimension,
    key_text(o.each_key)
from observed as o
left join built as b on b.each_key = o.each_key
where b.valid_from is null
