-- One row per dimension: what a fact has to know to point to it.
create table etl.dimensions (
    dimension text not null,
    declaration text not null,
    primary key (dimension)
)
