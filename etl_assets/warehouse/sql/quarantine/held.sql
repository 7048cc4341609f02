-- One row per file in the quarantine, whole or some of its rows, and reason.
select
    q.dataset,
    q.file_id,
    q.path,
    q.reason,
    sum(case when q.row_number is null then 0 else 1 end) as held_rows,
    max(case when q.row_number is null then 1 else 0 end) as is_whole,
    max(case when coalesce(d.recency, 1) > 1 then 1 else 0 end) as is_replaced,
    min(l.loaded_at) as since
from etl.quarantine as q
left join (
    select
        f.file_id,
        f.load_id,
        row_number() over (
            partition by f.dataset, f.path order by f.order_at desc, f.modified_at desc, f.sha256 desc
        ) as recency
    from etl.files as f
) as d on d.file_id = q.file_id
left join etl.loads as l on l.dataset = q.dataset and l.load_id = d.load_id
where q.dataset like :warehouse
group by q.dataset, q.file_id, q.path, q.reason
order by q.dataset asc, q.path asc, q.file_id asc, held_rows desc, q.reason asc
