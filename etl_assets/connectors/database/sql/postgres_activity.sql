-- The clock, the start of the oldest transaction that is open in this database, and how many sessions hide theirs.
select
    clock_timestamp() at time zone 'UTC' as at,
    min(session.xact_start) at time zone 'UTC' as open_since,
    pg_is_in_recovery() as is_standby,
    count(*) filter (where session.state is null or session.state = 'disabled')
    + (
        select count(*) from pg_prepared_xacts as prepared
        where prepared.database = current_database()
    ) as hidden
from pg_stat_activity as session
where
    session.datname = current_database()
    and session.pid <> pg_backend_pid()
    and coalesce(session.backend_type, '') <> 'autovacuum worker'
