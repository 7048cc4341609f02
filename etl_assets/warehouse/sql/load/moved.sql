create temp table moved as
select
    m.known_row,
    first_file.file_id as first_file_id,
    least(m.first_delivery, m.known_first) & 4294967295 as first_row,
    last_file.file_id as last_file_id,
    greatest(m.last_delivery, m.known_last) & 4294967295 as last_row
from matched as m
inner join file_order as first_file
    on first_file.place = (least(m.first_delivery, m.known_first) >> 32)
inner join file_order as last_file
    on last_file.place = (greatest(m.last_delivery, m.known_last) >> 32)
where m.first_delivery < m.known_first or m.last_delivery > m.known_last
