"""A PostgreSQL warehouse made again in one transaction: its schemas are renamed, made anew, and the old ones dropped.

Until the commit all others see the old schemas under their names. Nothing is left when it does not come to that.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used

from etl_assets.errors import WarehouseError
from etl_assets.failpoints import reach
from etl_assets.names import TableName
from etl_assets.warehouse.engines.aside import OWNERS, Swapped
from etl_assets.warehouse.engines.postgres import PostgresEngine, PostgresSession

if TYPE_CHECKING:
    from etl_assets.warehouse.engines.base import Row, Session

_OLD: Final = "_before_rebuild"


@contextmanager
def rebuilding(engine: PostgresEngine, warehouse: str, tables: Collection[TableName]) -> Generator["PostgresAside"]:
    """A transaction in which the warehouse is made again, while no other session writes to it."""
    with engine.connected() as connection:
        try:
            with connection.transaction():
                inner = _Inside(engine.url, connection)
                with inner.writing() as session:
                    session.lock({table.key for table in tables} | {f"rebuild {warehouse}"})
                yield PostgresAside(inner, warehouse, tables)
                reach("rebuild.before_commit")
        except psycopg.Error as error:
            raise engine.lost(error) from error


class _Inside(PostgresEngine):
    """The same database, seen from within one transaction: each session is a part of it that may fail alone."""

    def __init__(self, url: str, connection: "psycopg.Connection[Row]") -> None:
        super().__init__(url)
        self._connection = connection

    @contextmanager
    def reading(self) -> Generator["Session"]:
        """A session within the transaction."""
        with self._writing() as session:
            yield session

    @contextmanager
    def _writing(self) -> Generator["Session"]:
        with self._connection.transaction():
            yield PostgresSession(self._connection, self.DIALECT)
            self._connection.execute("discard temp")
            self._connection.execute("reset random_page_cost")


class PostgresAside:
    """The transaction, and how the new schemas come into the place of the old ones."""

    def __init__(self, inner: PostgresEngine, warehouse: str, tables: Collection[TableName]) -> None:
        """Nothing is renamed yet."""
        self._warehouse = warehouse
        self._schemas = sorted({table.schema for table in tables})
        self._definitions: dict[str, str] = {}
        self.old = inner
        self.engine = inner

    def begin(self) -> None:
        """Rename the old schemas, and empty the ledgers."""
        with self.old.writing() as session:
            found = session.ask("rebuild/dependents", values={"schemas": ",".join(self._schemas)})
            self._definitions = {f"{schema}.{name}": definition for schema, name, _, definition in found}
            for schema in self._schemas:
                if session.ask("model/schema", values={"schema": schema}):
                    session.run(f"alter schema {schema} rename to {schema}{_OLD}")
            for table, column in OWNERS.items():
                session.run(f"delete from etl.{table} where {column} like %(like)s", {"like": f"{self._warehouse}/%"})  # noqa: S608 - ledgers

    def swap(self, is_whole: "Callable[[Session], bool]") -> Swapped:
        """Drop the old schemas; views of others and grants are made anew. Nobody could write to it meanwhile."""
        del is_whole
        with self.engine.writing() as session:
            old = ",".join(f"{schema}{_OLD}" for schema in self._schemas)
            new = {row[:2] for row in session.ask("rebuild/relations", values={"schemas": ",".join(self._schemas)})}
            relations = session.ask("rebuild/relations", values={"schemas": old})
            views = session.ask("rebuild/dependents", values={"schemas": old})
            others = [row for row in views if (_now(row[0]), row[1]) not in new]
            grants = session.ask("rebuild/grants", values={"schemas": old, "ending": _OLD})
            _refuse_kept_rows(others)
            reach("rebuild.in_swap")
            kept = _replace(session, relations, views, new)
            for schema in self._schemas:
                session.run(f"drop schema if exists {schema}{_OLD}")
            remade = [self._remake(session, row) for row in others]
            for schema, name, statement in grants:
                if not name or (schema, name) in new or f"{schema}.{name}" in remade:
                    session.run(statement)
        return Swapped(kept=kept, remade=tuple(sorted(remade)))

    def _remake(self, session: "Session", view: "Row") -> str:
        """Make a view of somebody else anew; it was dropped with what it reads."""
        name = f"{_now(view[0])}.{view[1]}"
        if name not in self._definitions:
            message = f"The view {name} was made over the old tables while they were made again."
            raise WarehouseError(message, mend="Rebuild it once more.")
        session.run(self._definitions[name])
        return name


def _now(schema: str) -> str:
    return schema.removesuffix(_OLD)


def _refuse_kept_rows(views: "Iterable[Row]") -> None:
    """A materialized view has rows, indexes and perhaps a time of its own, so that only its owner can make it anew."""
    for schema, name, kind, _ in views:
        if kind == "m":
            message = f"The materialized view {_now(schema)}.{name} reads the warehouse and would have to be dropped."
            raise WarehouseError(message, mend="Keep its definition, drop it, rebuild, then create it.")


def _replace(
    session: "Session", relations: "Sequence[Row]", views: "Sequence[Row]", new: "Collection[Row]"
) -> tuple[str, ...]:
    """Drop every view over the old tables and those of them that are made again; move what else was in the schemas."""
    reading = [row[:2] for row in views]
    own = [row for row in relations if row[:2] not in reading]
    replaced = [row for row in own if (_now(row[0]), row[1]) in new]
    kept = [row for row in own if row not in replaced]
    for schema, name in reversed(reading):
        session.run(f'drop view {schema}."{name}"')
    for schema, name, kind in sorted(replaced, key=lambda row: row[2], reverse=True):
        session.run(f'drop {"view" if kind == "v" else "table"} {schema}."{name}"')
    for schema, name, _ in kept:
        session.run(f'alter table {schema}."{name}" set schema {_now(schema)}')
    return tuple(sorted(f"{_now(schema)}.{name}" for schema, name, _ in kept))
