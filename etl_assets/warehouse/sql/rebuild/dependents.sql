-- The views that read anything of some schemas, those that read such a view too; first those that others read.
with recursive dependents as (
    select
        r.ev_class as view_id,
        1 as depth
    from pg_depend as d
    inner join pg_rewrite as r on r.oid = d.objid
    inner join pg_class as c on c.oid = d.refobjid
    inner join pg_namespace as n on n.oid = c.relnamespace
    where
        d.classid = cast('pg_rewrite' as regclass)
        and d.refclassid = cast('pg_class' as regclass)
        and n.nspname = any(string_to_array(:schemas, ','))
        and r.ev_class <> d.refobjid
    union
    select
        r.ev_class as view_id,
        p.depth + 1 as depth
    from dependents as p
    inner join pg_depend as d on d.refobjid = p.view_id
    inner join pg_rewrite as r on r.oid = d.objid
    where
        d.classid = cast('pg_rewrite' as regclass)
        and d.refclassid = cast('pg_class' as regclass)
        and r.ev_class <> p.view_id
)
select
    n.nspname as schema_name,
    c.relname as view_name,
    cast(c.relkind as text) as kind,
    'create view ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || ' as '
    || pg_get_viewdef(c.oid) as definition
from dependents as p
inner join pg_class as c on c.oid = p.view_id
inner join pg_namespace as n on n.oid = c.relnamespace
group by n.nspname, c.relname, c.relkind, c.oid
order by max(p.depth), n.nspname, c.relname
