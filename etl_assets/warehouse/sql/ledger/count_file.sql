update etl.files
set
    rows_loaded = :rows_loaded,
    rows_quarantined = :rows_quarantined,
    rows_duplicate = :rows_duplicate
where file_id = :file_id
