-- A few of the rows and files of a dataset in the quarantine, the last ones first; of each path the newest file.
select
    q.path,
    q.line,
    q.column_name,
    q.value,
    q.reason
from etl.quarantine as q
left join (
    select
        f.file_id,
        row_number() over (partition by f.path order by f.order_at desc, f.modified_at desc, f.sha256 desc) as recency
    from etl.files as f
    where f.dataset = :dataset
) as d on d.file_id = q.file_id
where q.dataset = :dataset and coalesce(d.recency, 1) = 1
order by q.load_number desc, q.path asc, q.line asc
limit 10
