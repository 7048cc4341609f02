-- One row per change event that a later snapshot contradicts: the run that spans it holds again from that snapshot on.
with file_order as (
    select
        f.file_id,
        f.order_at,
        f.meaning,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
), moment as (
    select
        e.each_key,
        true as is_event,
        e.the_time as effective_at,
        o.place,
        cast(null as bigint) as snapshot_place
    from observed_events as e
    inner join file_order as o on o.file_id = e._last_file_id
    union all
    select
        e.each_key,
        false as is_event,
        o.order_at as effective_at,
        o.place,
        o.place as snapshot_place
    from file_order as o
    left join observed_events as e on 1 = 0
    where o.meaning = 'snapshot'
), followed as (
    select
        m.each_key,
        m.is_event,
        min(m.snapshot_place) over (
            order by m.effective_at desc, m.place desc
            rows between unbounded preceding and current row
        ) as next_place
    from moment as m
)
select distinct
    r.each_column,
    s.order_at as effective_at,
    s.place * 4294967296 as sequence,
    s.place * 4294967296 as first_sequence,
    'U' as op
from followed as f
inner join file_order as s on s.place = f.next_place
inner join observed_snapshots as r on r.each_key = f.each_key
inner join file_order as first_file on first_file.file_id = r._first_file_id
left join file_order as last_file on last_file.file_id = r._last_file_id
where
    f.is_event
    and first_file.place < f.next_place
    and (last_file.place is null or last_file.place >= f.next_place)
