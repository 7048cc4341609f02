-- One row per delivery that is not tried again: how often it was, and why it was given up. A new version of the file is
-- another delivery.
create table etl.dead_letters (
    dataset text not null,
    path text not null,
    version text not null,
    attempts bigint not null,
    reason text not null,
    given_up_at timestamp not null,
    primary key (dataset, path, version)
)
