-- The keys of which this snapshot has a row that cannot be read, and no other.
insert into observed_unread
(each_key, _file_id, _loaded_in)
select distinct
    u.each_key,
    :file_id,
    :load_number
from unread as u
left join (select
    true as is_seen,
    s.each_key
from seen as s) as n on n.each_key = u.each_key
where u._file_id = :file_id and n.is_seen is null and u.each_key is not null
