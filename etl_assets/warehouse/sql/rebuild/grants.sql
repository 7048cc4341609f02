-- One row per right that others have to some schemas, to what is in them and to the views that read that, as it was
-- before the schemas got another ending; a right to a schema has no name.
with schemas as (
    select
        n.oid,
        n.nspacl,
        n.nspowner,
        left(n.nspname, length(n.nspname) - length(:ending)) as schema_name
    from pg_namespace as n
    where n.nspname = any(string_to_array(:schemas, ','))
),

named as (
    select
        c.oid,
        c.relacl,
        c.relowner,
        c.relname,
        coalesce(s.schema_name, n.nspname) as schema_name
    from pg_class as c
    inner join pg_namespace as n on n.oid = c.relnamespace
    left join schemas as s on s.oid = n.oid
    where c.relkind in ('r', 'p', 'f', 'v', 'm') and (s.oid is not null or c.relkind = 'v')
),

rights as (
    select
        s.schema_name,
        '' as relation,
        a.privilege_type as privilege,
        'schema ' || quote_ident(s.schema_name) as object,
        a.grantee,
        a.is_grantable
    from schemas as s, aclexplode(s.nspacl) as a
    where a.grantee <> s.nspowner
    union all
    select
        c.schema_name,
        c.relname as relation,
        a.privilege_type as privilege,
        quote_ident(c.schema_name) || '.' || quote_ident(c.relname) as object,
        a.grantee,
        a.is_grantable
    from named as c, aclexplode(c.relacl) as a
    where a.grantee <> c.relowner
    union all
    select
        c.schema_name,
        c.relname as relation,
        a.privilege_type || ' (' || quote_ident(t.attname) || ')' as privilege,
        quote_ident(c.schema_name) || '.' || quote_ident(c.relname) as object,
        a.grantee,
        a.is_grantable
    from named as c
    inner join pg_attribute as t on t.attrelid = c.oid, aclexplode(t.attacl) as a
    where a.grantee <> c.relowner
)

select
    r.schema_name,
    r.relation,
    'grant ' || r.privilege || ' on ' || r.object || ' to '
    || case when r.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(r.grantee)) end
    || case when r.is_grantable then ' with grant option' else '' end as statement
from rights as r
order by r.schema_name, r.relation, r.privilege
