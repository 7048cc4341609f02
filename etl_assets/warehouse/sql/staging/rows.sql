-- One row per key of a dataset whose rows stand for themselves: its last delivery, and of original columns its first.
with file_order as (
    select
        f.file_id,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
), ranked as (
    select
        r.each_key,
        r.each_latest,
        first_value(r.each_original) over (
            partition by r.each_key
            order by first_file.place, r._first_row
        ) as each_original,
        row_number() over (partition by r.each_key order by last_file.place desc, r._last_row desc) as recency
    from observed_rows as r
    inner join file_order as first_file on first_file.file_id = r._first_file_id
    inner join file_order as last_file on last_file.file_id = r._last_file_id
)
select each_column
from ranked
where recency = 1
