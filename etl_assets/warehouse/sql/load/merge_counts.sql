-- How many rows were staged for what arrived, how many contents arrived and were matched, and how many have moved.
select
    (
        select count(*)
        from staged as s
        inner join etl.files as f on f.file_id = s._file_id
        where f.meaning = :meaning
    ) as staged_rows,
    (
        select coalesce(sum(a.deliveries), 0)
        from arrived as a
    ) as deliveries,
    (
        select count(*)
        from arrived
    ) as contents,
    (
        select count(*)
        from matched
    ) as matched_contents,
    (
        select count(*)
        from matched as m
        where m.first_delivery < m.known_first or m.last_delivery > m.known_last
    ) as moved_contents
