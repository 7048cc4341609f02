-- One row per table or view of some schemas.
select
    n.nspname as schema_name,
    c.relname as relation,
    cast(c.relkind as text) as kind
from pg_class as c
inner join pg_namespace as n on n.oid = c.relnamespace
where n.nspname = any(string_to_array(:schemas, ',')) and c.relkind in ('r', 'p', 'f', 'v', 'm')
order by n.nspname, c.relname
