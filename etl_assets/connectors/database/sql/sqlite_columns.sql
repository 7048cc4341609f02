-- One row per column: its name, its declared type, if NULL may be in it, its place in the key from 1 (0: not in it).
select
    name,
    type,
    "notnull" = 0 and pk = 0 as nullable,
    pk as key_place
from pragma_table_info(:name)
order by cid
