-- The rows of one snapshot whose key comes again later in it with other attributes.
insert into etl.quarantine
(dataset, file_id, path, line, row_number, reason, load_number)
select
    :dataset,
    :file_id,
    :path,
    s._line,
    s._row,
    'the key comes again later in the same snapshot with other values',
    :load_number
from staged as s
inner join repeated as t on t.each_key = s.each_key
inner join seen as n on n.each_key = s.each_key
where s._file_id = :file_id and s.each_detail is distinct from n.each_detail
