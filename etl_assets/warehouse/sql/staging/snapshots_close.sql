-- One row per observation that snapshots make: a run's beginning, and its end in the first snapshot without the key.
with file_order as (
    select
        f.file_id,
        f.order_at,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
), snapshot as (
    select
        o.file_id,
        o.order_at,
        o.place,
        lead(o.file_id) over (order by o.place) as next_file_id
    from file_order as o
    inner join etl.files as f on f.file_id = o.file_id
    where f.meaning = 'snapshot'
)
select
    r.each_column,
    s.order_at as effective_at,
    s.place * 4294967296 as sequence,
    s.place * 4294967296 as first_sequence,
    'U' as op
from observed_snapshots as r
inner join snapshot as s on s.file_id = r._first_file_id
union all
select
    r.each_column,
    gone.order_at as effective_at,
    gone.place * 4294967296 as sequence,
    gone.place * 4294967296 as first_sequence,
    'D' as op
from observed_snapshots as r
inner join snapshot as s on s.file_id = r._last_file_id
inner join snapshot as gone on gone.file_id = s.next_file_id
left join observed_snapshots as n
    on n.each_key = r.each_key and n._first_file_id = gone.file_id
where n._first_file_id is null
