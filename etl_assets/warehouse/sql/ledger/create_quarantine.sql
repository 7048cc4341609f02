-- One row per row, or per file, that could not be loaded, and why. A whole file has no line.
create table etl.quarantine (
    dataset text not null,
    file_id bigint not null,
    path text not null,
    line bigint,
    row_number bigint,
    column_name text,
    value text,
    reason text not null,
    record text,
    load_number bigint not null
)
