"""Tables, schemas and indexes made from declarations."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlglot import exp

from etl_assets.names import TableName
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.statement import to_sql


def create_table(
    session: Session, table: str, columns: Mapping[str, str], *, required: Sequence[str] = (), temporary: bool = False
) -> None:
    """Create a table.

    Args:
        session: Where.
        table: Qualified by its schema, or bare for a temporary one.
        columns: Types by name, in PostgreSQL's words.
        required: Columns that are never NULL.
        temporary: Whether it ends with the session.
    """
    session.run(_created(table, tuple(columns.items()), frozenset(required), temporary, session.dialect))


def create_schema(session: Session, schema: str) -> None:
    """Create a schema unless it is there, or another session is about to."""
    if not session.ask("model/schema", values={"schema": schema}):
        session.lock([f"schema {schema}"])
        session.run(f"create schema if not exists {schema}")


def create_index(session: Session, table: TableName, columns: Sequence[str], *, purpose: str) -> None:
    """Index a table for look-ups, unless it is, on engines that read by index."""
    if not session.dialect.READS_BY_INDEX:
        return
    index = exp.Create(
        kind="INDEX",
        exists=True,
        this=exp.Index(
            this=exp.to_identifier(f"{table.table}_{purpose}"),
            table=exp.to_table(table.qualified),
            params=exp.IndexParameters(
                columns=[exp.Ordered(this=exp.column(column, quoted=True)) for column in columns]
            ),
        ),
    )
    session.run(to_sql(index, session.dialect))


def create_unique_index(
    session: Session, table: TableName, columns: Sequence[str], *, purpose: str, only_where: str | None = None
) -> None:
    """Let the engine refuse a second row with the same columns, among all rows or those where a column is true."""
    partial = session.dialect.HAS_PARTIAL_INDEXES
    keys = [exp.column(column, quoted=True) for column in columns]
    if only_where and not partial:
        keys = [exp.paren(exp.Case().when(exp.column(only_where), key)) for key in keys]
    index = exp.Create(
        kind="INDEX",
        unique=True,
        this=exp.Index(
            this=exp.to_identifier(f"{table.table}_{purpose}"),
            table=exp.to_table(table.qualified),
            params=exp.IndexParameters(
                columns=[exp.Ordered(this=key) for key in keys],
                where=exp.Where(this=exp.column(only_where)) if only_where and partial else None,
            ),
        ),
    )
    session.run(to_sql(index, session.dialect))


@lru_cache(maxsize=256)
def _created(
    table: str,
    columns: tuple[tuple[str, str], ...],
    required: frozenset[str],
    temporary: bool,  # noqa: FBT001 - one of the things that the text is remembered by
    dialect: type[Dialect],
) -> str:
    definitions = [
        exp.ColumnDef(
            this=exp.to_identifier(name, quoted=True),
            kind=exp.DataType.build(kind, dialect="postgres"),
            constraints=[exp.ColumnConstraint(kind=exp.NotNullColumnConstraint())] if name in required else [],
        )
        for name, kind in columns
    ]
    properties = exp.Properties(expressions=[exp.TemporaryProperty()]) if temporary else None
    schema = exp.Schema(this=exp.to_table(table), expressions=definitions)
    return to_sql(exp.Create(this=schema, kind="TABLE", properties=properties), dialect)
