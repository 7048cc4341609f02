-- One row per distinct content among the staged rows, with its first and its last delivery; I and U are one operation.
-- A delivery is a number: the file's place and the row in it.
create temp table arrived as
select
    s.each_plain,
    case s.each_op when 'I' then 'U' else s.each_op end as each_op,
    min(o.place * 4294967296 + s._row) as first_delivery,
    max(o.place * 4294967296 + s._row) as last_delivery,
    count(*) as deliveries
from staged as s
inner join file_order as o on o.file_id = s._file_id
where o.meaning = :meaning
group by s.each_plain, case s.each_op when 'I' then 'U' else s.each_op end
