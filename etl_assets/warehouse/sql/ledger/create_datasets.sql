-- One row per dataset: how its observations are kept, for the models that read them.
create table etl.datasets (
    dataset text not null,
    declaration text not null,
    primary key (dataset)
)
