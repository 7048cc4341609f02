-- The same as the last ANALYZE left it: of the table, and of the index of its current versions.
select
    cast(coalesce(max(case when c.oid = to_regclass(:dimension) then c.reltuples end), 0) as bigint) as versions,
    cast(coalesce(max(case when c.oid = to_regclass(:by_current) then c.reltuples end), 0) as bigint) as keys
from pg_class as c
where c.oid in (to_regclass(:dimension), to_regclass(:by_current))
