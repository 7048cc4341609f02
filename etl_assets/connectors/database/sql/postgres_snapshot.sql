-- The snapshot that this transaction has from here on, its name for others, and the transactions that it does not see.
select
    pg_export_snapshot() as name,
    cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as before,
    cast(cast(pg_snapshot_xmax(pg_current_snapshot()) as text) as bigint) as after
