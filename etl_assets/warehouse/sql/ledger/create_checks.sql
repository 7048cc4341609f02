-- One row per check of a table: what it found when the table was last built.
create table etl.checks (
    model text not null,
    name text not null,
    is_blocking boolean not null,
    bad_rows bigint not null,
    sample text not null,
    query text not null,
    primary key (model, name)
)
