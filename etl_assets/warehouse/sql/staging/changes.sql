-- One row per change event: what holds for its key from effective_at on.
with file_order as (
    select
        f.file_id,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
)
select
    e.each_column,
    e.the_time as effective_at,
    o.place * 4294967296 + e._last_row as sequence,
    first_file.place * 4294967296 + e._first_row as first_sequence,
    the_op as op
from observed_events as e
inner join file_order as o on o.file_id = e._last_file_id
inner join file_order as first_file on first_file.file_id = e._first_file_id
