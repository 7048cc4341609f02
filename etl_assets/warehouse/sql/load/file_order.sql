-- The files of a dataset in their own order, which is never that of their arrival (docs/history.md).
create temp table file_order as
select
    f.file_id,
    f.order_at,
    f.meaning,
    row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
from etl.files as f
where f.dataset = :dataset and f.status = 'loaded'
