-- One row per observation that snapshots make: a run's beginning, and its end in the first snapshot without the key.
-- A snapshot with rows whose keys cannot be read is not whole: it ends no key, and the next whole one does.
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
        o.file_id,
        o.order_at,
        o.place,
        min(case when o.is_whole then o.place end) over (
            order by o.place
            rows between current row and unbounded following
        ) as whole_place,
        min(case when o.is_whole then o.place end) over (
            order by o.place
            rows between 1 following and unbounded following
        ) as next_whole_place
    from file_order as o
    where o.meaning = 'snapshot'
), beginning as (
    select
        r.each_key,
        s.place,
        s.whole_place
    from observed_snapshots as r
    inner join snapshot as s on s.file_id = r._first_file_id
    union all
    select
        u.each_key,
        s.place,
        s.whole_place
    from observed_unread as u
    inner join snapshot as s on s.file_id = u._file_id
), ending as (
    select
        r.each_key,
        r.each_rest,
        s.place,
        s.next_whole_place
    from observed_snapshots as r
    inner join snapshot as s on s.file_id = r._last_file_id
    union all
    select
        u.each_key,
        r.each_rest,
        s.place,
        s.next_whole_place
    from observed_unread as u
    inner join snapshot as s on s.file_id = u._file_id
    left join observed_snapshots as r on 1 = 0
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
    e.each_column,
    gone.order_at as effective_at,
    gone.place * 4294967296 as sequence,
    gone.place * 4294967296 as first_sequence,
    'D' as op
from ending as e
inner join snapshot as gone on gone.place = e.next_whole_place
left join beginning as b
    on b.each_key = e.each_key and b.whole_place = e.next_whole_place and b.place > e.place
where b.place is null
