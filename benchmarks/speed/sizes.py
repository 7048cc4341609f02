"""How many bytes the tables take."""

from etl_assets.warehouse.dialects import DuckDB
from etl_assets.warehouse.engines import Session

_POSTGRES = (
    "select relname, pg_total_relation_size(oid) from pg_class"
    " where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname like 'speed\\_%')"
)
_DUCKDB = "select schema_name, table_name from duckdb_tables() where schema_name like 'speed\\_%' escape '\\'"


def sizes(session: Session) -> dict[str, int]:
    """By table its bytes, indexes included on PostgreSQL; DuckDB tells the blocks of the columns alone."""
    if not issubclass(session.dialect, DuckDB):
        return dict(session.rows(_POSTGRES))
    block = session.value("select block_size from pragma_database_size() where database_name = current_database()")
    return {table: block * _blocks(session, f"{schema}.{table}") for schema, table in session.rows(_DUCKDB)}


def _blocks(session: Session, table: str) -> int:
    return session.value(f"select count(distinct block_id) from pragma_storage_info('{table}') where block_id >= 0")  # noqa: S608 - own tables
