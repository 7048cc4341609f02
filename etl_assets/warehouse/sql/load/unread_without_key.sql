select
    u._file_id,
    count(*) as keyless_rows
from unread as u
where u.each_key is null
group by u._file_id
