-- One row per delivered file: a path with one content.
create table etl.files (
    file_id bigint not null,
    dataset text not null,
    path text not null,
    sha256 text not null,
    order_at timestamp not null,
    modified_at timestamp not null,
    meaning text not null,
    load_id text not null,
    load_number bigint not null,
    status text not null,
    reason text not null,
    rows_read bigint not null,
    rows_loaded bigint not null,
    rows_quarantined bigint not null,
    rows_duplicate bigint not null,
    primary key (file_id)
)
