-- Staged rows of which each is a content of its own, delivered once; I and U are one operation.
insert into target
(each_plain, each_op, _first_file_id, _first_row, _last_file_id, _last_row, _loaded_in)
select
    s.each_plain,
    case s.each_op when 'I' then 'U' else s.each_op end as each_op,
    s._file_id,
    s._row,
    s._file_id,
    s._row,
    :load_number
from staged as s
inner join file_order as o on o.file_id = s._file_id
where o.meaning = :meaning
