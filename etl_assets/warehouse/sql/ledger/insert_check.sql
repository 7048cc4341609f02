insert into etl.checks
(model, name, is_blocking, bad_rows, sample, query)
values
(:model, :name, :is_blocking, :bad_rows, :sample, :query)
