insert into etl.datasets
(dataset, declaration)
values
(:dataset, :declaration)
