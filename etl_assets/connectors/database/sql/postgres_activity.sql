-- The clock, the start of the oldest transaction that is open in this database, and how many sessions hide theirs.
-- The clock is read first, and the number that this transaction takes comes after it. A standby gives no numbers; it
-- says how far it has come, which is behind its clock.
select
    statement_timestamp() at time zone 'UTC' as at,
    case
        when pg_is_in_recovery() then pg_last_xact_replay_timestamp() at time zone 'UTC'
        else min(session.xact_start) at time zone 'UTC'
    end as open_since,
    case when not pg_is_in_recovery() then cast(cast(pg_current_xact_id() as text) as bigint) end as next_number,
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
