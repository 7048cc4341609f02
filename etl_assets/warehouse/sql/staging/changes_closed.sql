-- One row per change event whose key the next snapshots do not have, up to the first that is whole: its end there.
with file_order as (
    select
        f.file_id,
        f.order_at,
        f.meaning,
        f.reason = '' as is_whole,
        row_number() over (order by f.order_at, f.modified_at, binary_order(f.path), f.sha256) as place
    from etl.files as f
    where f.dataset = the_dataset and f.status = 'loaded'
), snapshot as (
    select
        o.place,
        min(case when o.is_whole then o.place end) over (
            order by o.place
            rows between current row and unbounded following
        ) as whole_place
    from file_order as o
    where o.meaning = 'snapshot'
), moment as (
    select
        e.each_column,
        true as is_event,
        e.the_time as event_at,
        o.place,
        cast(null as bigint) as snapshot_place
    from observed_events as e
    inner join file_order as o on o.file_id = e._last_file_id
    union all
    select
        e.each_column,
        false as is_event,
        o.order_at as event_at,
        o.place,
        o.place as snapshot_place
    from file_order as o
    left join observed_events as e on 1 = 0
    where o.meaning = 'snapshot'
), followed as (
    select
        m.each_column,
        m.is_event,
        min(m.snapshot_place) over (
            order by m.event_at desc, m.place desc
            rows between unbounded preceding and current row
        ) as next_place
    from moment as m
), covering as (
    select
        r.each_key,
        first_file.place as first_place,
        last_file.place as last_place
    from observed_snapshots as r
    inner join file_order as first_file on first_file.file_id = r._first_file_id
    left join file_order as last_file on last_file.file_id = r._last_file_id
    union all
    select
        u.each_key,
        o.place as first_place,
        o.place as last_place
    from observed_unread as u
    inner join file_order as o on o.file_id = u._file_id
)
select
    f.each_column,
    s.order_at as effective_at,
    s.place * 4294967296 as sequence,
    s.place * 4294967296 as first_sequence,
    'D' as op
from followed as f
inner join snapshot as n on n.place = f.next_place
inner join file_order as s on s.place = n.whole_place
left join covering as c
    on
        c.each_key = f.each_key
        and c.first_place <= n.whole_place
        and (c.last_place is null or c.last_place >= f.next_place)
where f.is_event and c.first_place is null
