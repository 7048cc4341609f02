delete from target
where _first_file_id in (select a.file_id from again_files as a)
