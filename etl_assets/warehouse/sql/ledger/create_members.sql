-- One row per fact's pointer to a dimension: what a dimension has to move when its versions change.
create table etl.members (
    fact text not null,
    member_column text not null,
    dimension text not null,
    declaration text not null,
    primary key (fact, member_column)
)
