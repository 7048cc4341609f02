-- The runs that go through this snapshot, if it is the first since a column is known: their keys are asked again.
update target as r
set _loaded_in = :load_number
where
    r._first_file_id in (
        select f.file_id
        from file_order as f
        where f.order_at < the_since
    )
    and (
        r._last_file_id is null
        or r._last_file_id in (
            select l.file_id
            from file_order as l
            where l.place >= cast(:place as bigint)
        )
    )
    and not exists (
        select 1
        from file_order as e
        where e.meaning = 'snapshot' and e.order_at >= the_since and e.place < cast(:place as bigint)
    )
