-- One row per dataset of a warehouse that has rows, or whole files, in the quarantine; of each path its newest file.
select
    q.dataset,
    sum(case when q.row_number is null then 1 else 0 end) as bad_files,
    sum(case when q.row_number is not null then 1 else 0 end) as bad_rows,
    min(case when q.row_number is null then q.path end) as a_file
from etl.quarantine as q
left join (
    select
        f.file_id,
        row_number() over (
            partition by f.dataset, f.path order by f.order_at desc, f.modified_at desc, f.sha256 desc
        ) as recency
    from etl.files as f
) as d on d.file_id = q.file_id
where q.dataset like :warehouse and coalesce(d.recency, 1) = 1
group by q.dataset
order by q.dataset
