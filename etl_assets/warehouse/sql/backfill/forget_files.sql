delete from etl.files
where dataset = :dataset and file_id in (select a.file_id from again_files as a)
