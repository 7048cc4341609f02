create temp table kept_files as
select
    f.file_id,
    f.status,
    f.load_number
from etl.files as f
where f.dataset = :dataset
