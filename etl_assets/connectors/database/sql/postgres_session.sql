-- The session's own way of writing values, so that every one can be read back exactly, and its limits. Those that would
-- end it while it keeps the snapshot and waits for others are off; which of them there are depends on the version.
select
    set_config('statement_timeout', :statement_ms, false) as statement_timeout,
    set_config('timezone', 'UTC', false) as timezone,
    set_config('datestyle', 'ISO', false) as datestyle,
    set_config('intervalstyle', 'iso_8601', false) as intervalstyle,
    set_config('bytea_output', 'hex', false) as bytea_output,
    set_config('extra_float_digits', '1', false) as extra_float_digits,
    (
        select count(set_config(known.name, '0', false))
        from pg_settings as known
        where
            known.name in ('idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout')
    ) as patience,
    set_config('search_path', 'pg_catalog', false) as search_path
