select a.*
from audited as a
left join (select distinct
    true as is_there,
    o.the_other
from other as o) as o on o.the_other = a.the_column
where a.the_column is not null and o.is_there is null
