delete from staged as s
using unfit as u
where s._file_id = u._file_id and s._row = u._row
