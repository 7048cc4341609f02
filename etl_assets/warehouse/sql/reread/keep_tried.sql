-- A file that is read once more may have other rows, so none of them can be lost.
update kept_files
set status = 'tried'
where file_id = :file_id
