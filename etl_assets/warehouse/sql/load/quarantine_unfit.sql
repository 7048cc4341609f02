insert into etl.quarantine
(dataset, file_id, path, line, row_number, column_name, value, reason, load_number)
select
    f.dataset,
    u._file_id,
    f.path,
    u._line,
    u._row,
    u.column_name,
    u.value,
    u.reason,
    :load_number
from unfit as u
inner join etl.files as f on f.file_id = u._file_id
