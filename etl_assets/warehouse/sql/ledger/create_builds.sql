-- One row per build that wrote: the model's versions.
create table etl.builds (
    model text not null,
    version bigint not null,
    definition text not null,
    rows_now bigint not null,
    rows_inserted bigint not null,
    rows_updated bigint not null,
    rows_deleted bigint not null,
    seconds double precision not null,
    built_at timestamp not null,
    primary key (model, version)
)
