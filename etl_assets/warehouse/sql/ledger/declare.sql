insert into etl.datasets
(dataset, declaration, rows_now)
values
(:dataset, :declaration, 0)
