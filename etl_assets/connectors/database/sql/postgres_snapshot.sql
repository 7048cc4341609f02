-- The snapshot that this transaction has from here on, its name for others, and the lowest number that was open in it.
select
    pg_export_snapshot() as name,
    cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as oldest_open
