-- The files of a dataset that are in the quarantine whole.
select
    file_id,
    reason
from etl.files
where dataset = :dataset and status = 'quarantined'
