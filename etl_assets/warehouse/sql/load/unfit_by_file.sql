select
    u._file_id,
    count(*) as unfit_rows
from unfit as u
group by u._file_id
