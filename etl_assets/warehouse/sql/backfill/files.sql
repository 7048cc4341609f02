-- The files of the loads that are loaded again.
create temp table again_files as
select f.file_id
from etl.files as f
inner join again_loads as a on a.load_id = f.load_id
where f.dataset = :dataset
