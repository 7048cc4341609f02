-- The keys that this snapshot has, be their rows read or not.
create temp table there as
select s.each_key
from seen as s
union
select u.each_key
from unread as u
where u._file_id = :file_id and u.each_key is not null
