-- One row per column: its name, its type as written and that of its domain, if NULL may be in it, its place in the key.
select
    attribute.attname as name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    case
        when type.typtype = 'd' then format_type(type.typbasetype, type.typtypmod)
        else format_type(attribute.atttypid, attribute.atttypmod)
    end as base_type,
    not(attribute.attnotnull or (type.typtype = 'd' and type.typnotnull)) as nullable,
    array_position(cast(key.indkey as int2[]), attribute.attnum) as key_place
from pg_attribute as attribute
inner join pg_class as relation on attribute.attrelid = relation.oid
inner join pg_namespace as namespace on relation.relnamespace = namespace.oid
inner join pg_type as type on attribute.atttypid = type.oid
left join pg_index as key on relation.oid = key.indrelid and key.indisprimary
where
    namespace.nspname = :schema
    and relation.relname = :name
    and attribute.attnum > 0
    and not attribute.attisdropped
order by attribute.attnum
