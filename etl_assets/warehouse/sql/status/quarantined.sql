-- One row: how many rows, and how many whole files, of a dataset are in the quarantine; of each path its newest file.
select
    coalesce(sum(case when q.row_number is not null then 1 else 0 end), 0) as bad_rows,
    coalesce(sum(case when q.row_number is null then 1 else 0 end), 0) as bad_files
from etl.quarantine as q
left join (
    select
        f.file_id,
        row_number() over (partition by f.path order by f.order_at desc, f.modified_at desc, f.sha256 desc) as recency
    from etl.files as f
    where f.dataset = :dataset
) as d on d.file_id = q.file_id
where q.dataset = :dataset and coalesce(d.recency, 1) = 1
