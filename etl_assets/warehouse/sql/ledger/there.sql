-- One row per ledger that the warehouse has.
select t.table_name
from information_schema.tables as t
where t.table_schema = 'etl' and t.table_catalog = current_database()
