"""PostgreSQL: rows go in by binary COPY, locks are advisory, DDL is transactional."""

import hashlib
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used
import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder

from etl_assets.ahead import ahead
from etl_assets.errors import WarehouseError
from etl_assets.urls import shown_url, without_secrets
from etl_assets.warehouse.dialects import Dialect, Postgres
from etl_assets.warehouse.engines.base import Engine, Row, Session, first_line, refused

if TYPE_CHECKING:
    from etl_assets.names import TableName
    from etl_assets.warehouse.engines.aside import Aside


class PostgresSession(Session):
    """A connection to the server."""

    def __init__(self, connection: psycopg.Connection[Row], dialect: type[Dialect] = Postgres) -> None:
        """Wrap an open connection."""
        super().__init__(dialect)
        self._connection = connection

    def _execute(self, sql: str, values: Mapping[str, object] | None) -> psycopg.Cursor[Row]:
        try:
            return self._connection.execute(sql.encode(), dict(values) if values else None)
        except psycopg.Error as error:
            raise refused(error) from error

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> int:
        """Run one statement; gives the number of rows that it wrote, else -1."""
        return self._execute(sql, values).rowcount

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of a query."""
        return self._execute(sql, values).fetchall()

    def batches(self, sql: str, values: Mapping[str, object] | None = None) -> pa.RecordBatchReader:
        """The rows of a query as Arrow, through a cursor on the server."""
        from etl_assets.warehouse.engines.postgres_arrow import stream  # noqa: PLC0415 - only queries for people need it

        return stream(self._connection, sql, values)

    def load(self, table: str, reader: pa.RecordBatchReader) -> None:
        """Append Arrow batches by binary COPY."""
        encoder = ArrowToPostgresBinaryEncoder(reader.schema)
        columns = ", ".join(f'"{name}"' for name in reader.schema.names)
        command = f"copy {table} ({columns}) from stdin with (format binary)"
        try:
            with self._connection.cursor() as cursor, cursor.copy(command.encode()) as copy:
                copy.write(encoder.write_header())
                for batch in ahead(reader):
                    copy.write(encoder.write_batch(batch))
                copy.write(encoder.finish())
        except psycopg.Error as error:
            raise refused(error) from error

    def expect_few(self) -> None:
        """See that they are found by index; as it comes, the planner reads a whole fact for a hundredth of it."""
        self.run("set local random_page_cost = 1.1")

    def lock(self, names: Collection[str], *, shared: Collection[str] = ()) -> None:
        """Take advisory locks, in name order, held to the end of the transaction."""
        for name in sorted({*names, *shared}):
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            kind = "pg_advisory_xact_lock" if name in names else "pg_advisory_xact_lock_shared"
            self.rows(f"select {kind}(%(number)s)", {"number": number})

    def columns(self, schema: str, table: str) -> dict[str, str]:
        """The columns of a table and their types."""
        found = self.rows(
            "select a.attname, format_type(a.atttypid, a.atttypmod) from pg_attribute as a"
            " where a.attrelid = to_regclass(%(name)s) and a.attnum > 0 and not a.attisdropped order by a.attnum",
            {"name": f"{schema}.{table}" if schema else table},
        )
        return dict(found)

    def described(self, query: str) -> dict[str, str]:
        """The columns that a query gives and their types."""
        self.run(f"create temp view etl_described as {query}")
        found = self.columns("", "etl_described")
        self.run("drop view etl_described")
        return found


class PostgresEngine(Engine):
    """A PostgreSQL database; the role needs CREATE on it."""

    DIALECT: ClassVar[type[Dialect]] = Postgres

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A read-only session that sees one state throughout."""
        with self.connected() as connection, connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            yield PostgresSession(connection, self.DIALECT)

    @contextmanager
    def _writing(self) -> Generator[Session]:
        with self.connected() as connection:
            try:
                with connection.transaction():
                    yield PostgresSession(connection, self.DIALECT)
            except psycopg.Error as error:
                raise self.lost(error) from error

    @contextmanager
    def rebuilding(self, warehouse: str, tables: "Collection[TableName]") -> "Generator[Aside]":
        """A place in which a warehouse is made again: one transaction."""
        from etl_assets.warehouse.engines.postgres_aside import rebuilding  # noqa: PLC0415 - it needs this module

        with rebuilding(self, warehouse, tables) as aside:
            yield aside

    def lost(self, error: psycopg.Error) -> WarehouseError:
        """What to raise when the connection ended before the commit."""
        message = f"The warehouse {shown_url(self.url)} was lost: {self._said(error)}"
        return WarehouseError(message, mend="Run again: what was committed is not done twice.")

    @contextmanager
    def connected(self) -> Generator[psycopg.Connection[Row]]:
        """A connection that commits each statement, unless a transaction is begun on it."""
        try:
            connection = psycopg.connect(
                self.url,
                autocommit=True,
                cursor_factory=psycopg.ClientCursor,
                connect_timeout=10,
                client_encoding="UTF8",
                options="-c timezone=UTC -c datestyle=ISO -c client_min_messages=warning -c jit=off",
            )
        except psycopg.Error as error:
            message = f"The warehouse {shown_url(self.url)} cannot be reached: {self._said(error)}"
            raise WarehouseError(
                message, mend="Check ETL_WAREHOUSE_URL and that the server accepts connections."
            ) from error
        try:
            self._refuse_other_than_utf8(connection)
            yield connection
        finally:
            connection.close()

    def _refuse_other_than_utf8(self, connection: psycopg.Connection[Row]) -> None:
        encoding = connection.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            message = f"The database of {shown_url(self.url)} keeps text as {encoding}, so it cannot hold every text."
            mend = "Make it anew: create database NAME encoding 'UTF8' template template0."
            raise WarehouseError(message, mend=mend)

    def _said(self, error: psycopg.Error) -> str:
        return without_secrets(first_line(error), self.url)
