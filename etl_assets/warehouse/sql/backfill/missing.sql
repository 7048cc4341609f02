-- The loads that were forgotten and did not come again.
select k.load_id
from kept_loads as k
left join etl.loads as l on l.dataset = :dataset and l.load_id = k.load_id
where l.load_id is null
order by k.load_id
