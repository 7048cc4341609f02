-- The other files that have a content of these files too: what is known of it comes back from all of them alone.
insert into again_files (file_id)
select r._last_file_id
from target as r
where
    r._first_file_id in (select a.file_id from again_files as a)
    and r._last_file_id not in (select b.file_id from again_files as b)
union
select r._first_file_id
from target as r
where
    r._last_file_id in (select a.file_id from again_files as a)
    and r._first_file_id not in (select b.file_id from again_files as b)
