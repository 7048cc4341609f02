select
    coalesce(o.the_other, a.the_column) as row_key,
    case when a.the_column is null then 'lost' else 'added' end as difference
from (select distinct x.the_other from other as x) as o
full join (select distinct y.the_column from audited as y) as a on a.the_column = o.the_other
where o.the_other is null or a.the_column is null
