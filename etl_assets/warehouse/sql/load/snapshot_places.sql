select
    o.file_id,
    o.place
from file_order as o
where o.meaning = 'snapshot'
order by o.place
