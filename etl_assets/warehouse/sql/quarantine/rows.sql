-- One row per row, or whole file, of a dataset or of a path in the quarantine; of each path the newest delivery first.
select
    q.dataset,
    q.path,
    q.line,
    q.column_name,
    q.value,
    q.reason,
    q.record,
    case when coalesce(d.recency, 1) > 1 then 1 else 0 end as is_replaced
from etl.quarantine as q
left join (
    select
        f.file_id,
        row_number() over (
            partition by f.dataset, f.path order by f.order_at desc, f.modified_at desc, f.sha256 desc
        ) as recency
    from etl.files as f
) as d on d.file_id = q.file_id
where (q.dataset = :name or q.path = :name) and (coalesce(d.recency, 1) = 1 or :every)
order by q.dataset, q.path, is_replaced, q.line, q.row_number
limit :most
