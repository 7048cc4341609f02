insert into etl.loads
(dataset, load_number, load_id, files, rows_read, rows_loaded, rows_quarantined, rows_duplicate, seconds, loaded_at)
values
(
    :dataset,
    :load_number,
    :load_id,
    :files,
    :rows_read,
    :rows_loaded,
    :rows_quarantined,
    :rows_duplicate,
    :seconds,
    :loaded_at
)
