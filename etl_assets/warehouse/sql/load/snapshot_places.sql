-- The snapshots in order; one whose keys can all be read is whole, and ends the keys that it has not.
select
    o.file_id,
    o.place,
    f.reason = '' as is_whole
from file_order as o
inner join etl.files as f on f.file_id = o.file_id
where o.meaning = 'snapshot'
order by o.place
