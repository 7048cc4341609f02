-- One row per load: one transaction that brought new files of a dataset into its staging table.
create table etl.loads (
    dataset text not null,
    load_number bigint not null,
    load_id text not null,
    files bigint not null,
    rows_read bigint not null,
    rows_loaded bigint not null,
    rows_quarantined bigint not null,
    rows_duplicate bigint not null,
    seconds double precision not null,
    loaded_at timestamp not null,
    primary key (dataset, load_id)
)
