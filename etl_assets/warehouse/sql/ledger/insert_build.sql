insert into etl.builds
(model, version, definition, rows_now, rows_inserted, rows_updated, rows_deleted, seconds, built_at)
values
(:model, :version, :definition, :rows_now, :rows_inserted, :rows_updated, :rows_deleted, :seconds, :built_at)
