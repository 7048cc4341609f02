-- One row per view of the database.
select
    v.table_schema,
    v.table_name
from information_schema.views as v
