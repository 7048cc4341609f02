-- One row per dataset: how its observations are kept, for the models that read them, and the rows that its table shows.
create table etl.datasets (
    dataset text not null,
    declaration text not null,
    rows_now bigint not null,
    primary key (dataset)
)
