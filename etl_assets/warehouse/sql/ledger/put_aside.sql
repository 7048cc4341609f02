-- The files of a dataset that were refused, and put into the quarantine whole.
select
    file_id,
    reason
from etl.files
where dataset = :dataset and status = 'quarantined' and substr(reason, 1, 9) = 'refused: '
