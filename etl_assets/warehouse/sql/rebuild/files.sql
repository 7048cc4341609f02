select
    f.file_id,
    f.path,
    f.meaning,
    f.status,
    f.reason,
    f.rows_quarantined
from etl.files as f
where f.dataset = :dataset
