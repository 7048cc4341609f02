select s.schema_name
from information_schema.schemata as s
where s.schema_name = :schema and s.catalog_name = current_database()
