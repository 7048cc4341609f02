-- One row per build of a dimension that moved facts to another version.
create table etl.repoints (
    fact text not null,
    member_column text not null,
    dimension text not null,
    dimension_version bigint not null,
    rows_moved bigint not null
)
