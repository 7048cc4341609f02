-- One row per model and upstream: the upstream's version that the model has consumed.
create table etl.models (
    model text not null,
    upstream text not null,
    upstream_version bigint not null,
    primary key (model, upstream)
)
