-- How many keys, or keys and times where rows have one, come more than once among the staged rows.
select count(*) as repeated
from (
    select s.each_identity
    from staged as s
    inner join file_order as o on o.file_id = s._file_id
    where o.meaning = :meaning
    group by s.each_identity
    having count(*) > 1
) as twice
