insert into target
(each_column, _first_file_id, _first_row, _last_file_id, _last_row, _loaded_in)
select
    m.each_column,
    first_file.file_id,
    m.first_delivery & 4294967295,
    last_file.file_id,
    m.last_delivery & 4294967295,
    :load_number
from matched as m
inner join file_order as first_file on first_file.place = (m.first_delivery >> 32)
inner join file_order as last_file on last_file.place = (m.last_delivery >> 32)
where m.known_row is null
