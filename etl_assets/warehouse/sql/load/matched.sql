-- What arrived, beside the row of the same content that is there already.
create temp table matched as
select
    a.each_column,
    a.first_delivery,
    a.last_delivery,
    r.physical_row as known_row,
    first_file.place * 4294967296 + r._first_row as known_first,
    last_file.place * 4294967296 + r._last_row as known_last
from arrived as a
left join target as r
    on a.each_identity = r.each_identity and a.each_detail is not distinct from r.each_detail
left join file_order as first_file on first_file.file_id = r._first_file_id
left join file_order as last_file on last_file.file_id = r._last_file_id
