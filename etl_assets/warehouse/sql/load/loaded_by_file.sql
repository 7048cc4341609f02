-- How many rows each file brought that were not there.
select
    o.file_id,
    count(*) as rows_loaded
from matched as m
inner join file_order as o on o.place = (m.first_delivery >> 32)
where m.known_row is null
group by o.file_id
