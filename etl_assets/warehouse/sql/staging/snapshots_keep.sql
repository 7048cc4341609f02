-- One row per observation that snapshots make: a key's attributes at the time of the first snapshot of each run.
with file_order as (
    select
        f.file_id,
        f.order_at,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
)
select
    r.each_column,
    o.order_at as effective_at,
    o.place * 4294967296 as sequence,
    o.place * 4294967296 as first_sequence,
    'U' as op
from observed_snapshots as r
inner join file_order as o on o.file_id = r._first_file_id
