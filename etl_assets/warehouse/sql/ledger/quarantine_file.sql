insert into etl.quarantine
(dataset, file_id, path, reason, load_number)
values
(:dataset, :file_id, :path, :reason, :load_number)
