-- One row per run that goes through the first snapshot since a column is known: from there on its value is known.
with file_order as (
    select
        f.file_id,
        f.order_at,
        f.meaning,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
), first_snapshot as (
    select
        min(o.place) as place,
        min(o.order_at) as order_at
    from file_order as o
    where o.meaning = 'snapshot' and o.order_at >= the_since
)
select distinct
    r.each_column,
    s.order_at as effective_at,
    s.place * 4294967296 as sequence,
    s.place * 4294967296 as first_sequence,
    'U' as op
from observed_snapshots as r
inner join file_order as first_file on first_file.file_id = r._first_file_id
left join file_order as last_file on last_file.file_id = r._last_file_id
inner join first_snapshot as s on s.place > first_file.place
where first_file.order_at < the_since and (last_file.place is null or last_file.place >= s.place)
