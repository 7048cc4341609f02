-- One row per asset whose last load or build failed: what went wrong, and when. The next that succeeds removes it.
create table etl.failures (
    asset text primary key,
    message text not null,
    failed_at timestamp not null
)
