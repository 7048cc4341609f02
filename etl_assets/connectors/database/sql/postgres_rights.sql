-- Whether the role sees since when other roles have transactions open.
select
    pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all,
    pg_is_in_recovery() as is_standby
