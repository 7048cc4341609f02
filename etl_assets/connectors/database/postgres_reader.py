"""A session of PostgreSQL that reads: what it is asked of a table, and how."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used
from sqlglot import exp

from etl_assets.connectors.database.cells import ZONED, lake_schema, lake_type, without_length
from etl_assets.connectors.database.copy import copied
from etl_assets.connectors.database.digest import PLACE_BITS, Digest, Ranges, postgres_hash, postgres_place
from etl_assets.connectors.database.statements import all_rows, for_psycopg, moment, name
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.connectors.database.watchdog import Watchdog
from etl_assets.errors import SourceError
from etl_assets.lake.catalogue import Shape, SourceColumn

if TYPE_CHECKING:
    import pyarrow as pa

_LAKE: Final = {
    "smallint": "int16",
    "integer": "int32",
    "bigint": "int64",
    "real": "float",
    "double precision": "double",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp without time zone": "timestamp[us]",
    ZONED: "timestamp[us]",
}


class PostgresReader:
    """A session.

    Args:
        connection: Set up.
        watchdog: That of the connection.
        statement_seconds: After so long the server ends a statement.
    """

    def __init__(self, connection: "psycopg.Connection", watchdog: Watchdog, statement_seconds: float) -> None:
        """Nothing is asked yet."""
        self.connection = connection
        self.watchdog = watchdog
        self._statement_seconds = statement_seconds
        self._copying: Generator[pa.RecordBatch] | None = None

    def begin(self, exported: str | None = None) -> None:
        """Begin the transaction, in a state of another one if its name is given."""
        self.connection.autocommit = False
        if exported:
            query = exp.Literal.string(exported).sql("postgres")
            self._ask(f"set transaction snapshot {query}".encode())

    @contextmanager
    def savepoint(self) -> Generator[None]:
        """A stretch after whose failure the transaction goes on."""
        self._ask(b"savepoint table_read")
        try:
            yield
        except BaseException:
            self.stop()
            if not self.connection.broken:
                with suppress(psycopg.Error):
                    self._ask(b"rollback to savepoint table_read")
            raise

    def stop(self) -> None:
        """End the reading of rows that nobody takes any more."""
        if self._copying:
            self._copying.close()

    def one(self, file: str, values: Mapping[str, object] | None = None) -> dict[str, Any]:
        """The only row of a statement."""
        return self.all(file, values)[0]

    def all(self, file: str, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """The rows of a statement."""
        return self._ask(for_psycopg(file), values)

    def shape(self, table: SourceTable) -> Shape:
        """Its columns, in order."""
        found = self._ask(for_psycopg("postgres_columns"), {"schema": table.schema, "name": table.name})
        if not found:
            message = f"The source has no table {table.schema}.{table.name}."
            raise SourceError(message, mend="Check its name, and whether the role may use the schema.")
        columns = tuple(_column(row) for row in found)
        places = [(row["key_place"], row["name"]) for row in found if row["key_place"] is not None]
        return Shape(columns=columns, key=tuple(each for _, each in sorted(places)))

    def highest(self, table: SourceTable, until: datetime) -> datetime | None:
        """The last cursor that is not behind a time."""
        cursor = name(table.cursor)
        query = all_rows(table, [exp.Max(this=cursor)]).where(exp.LTE(this=cursor, expression=moment(until)))
        (found,) = self._ask(query.sql("postgres").encode())[0].values()
        return found.replace(tzinfo=None) if found else None

    def rows(self, table: SourceTable, shape: Shape, since: datetime | None) -> "Iterator[pa.RecordBatch]":
        """Its rows, by COPY."""
        query = all_rows(table, [_cell(column) for column in shape.columns])
        if since is not None:
            query = query.where(exp.GTE(this=name(table.cursor), expression=moment(since)))
        return self._copied(query, shape)

    def bounds(self, table: SourceTable, digest: Digest) -> tuple[int, int, int]:
        """Its rows' number and their first and last place."""
        told = [exp.Count(this=exp.Star())]
        if digest.is_whole:
            place = postgres_place(digest)
            told += [exp.Min(this=place), exp.Max(this=place.copy())]
        query = all_rows(table, [exp.alias_(each, f"told_{n}") for n, each in enumerate(told)])
        count, *ends = self._ask_patiently(query.sql("postgres").encode())[0].values()
        first, last = ends or (0, (1 << PLACE_BITS) - 1)
        return count, first or 0, last or 0

    def checksums(
        self, table: SourceTable, digest: Digest, bits: int, within: Ranges | None = None
    ) -> Iterator[tuple[int, int, int]]:
        """Counts and sums of hashes by range."""
        place = postgres_place(digest)
        number = exp.BitwiseRightShift(this=place, expression=exp.Literal.number(bits))
        told = [exp.paren(number), exp.Count(this=exp.Star()), exp.Sum(this=postgres_hash(digest.cells))]
        query = all_rows(table, [exp.alias_(each, f"told_{n}") for n, each in enumerate(told)])
        for row in self._ask_patiently(_within(query, digest, within).group_by("1").sql("postgres").encode()):
            found, count, total = row.values()
            yield found, count, int(total)

    def rows_of(self, table: SourceTable, shape: Shape, digest: Digest, within: Ranges) -> "Iterator[pa.RecordBatch]":
        """The rows in some ranges, by COPY."""
        query = all_rows(table, [_cell(column) for column in shape.columns])
        return self._copied(_within(query, digest, within), shape)

    def _copied(self, query: exp.Select, shape: Shape) -> "Iterator[pa.RecordBatch]":
        self._copying = copied(self.connection, query.sql("postgres"), lake_schema(shape), self.watchdog)
        return self._copying

    def _ask(self, query: bytes, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        with self.watchdog.waiting():
            return self._answer(query, values)

    def _ask_patiently(self, query: bytes) -> list[dict[str, Any]]:
        """The rows of a query that says nothing before it is done; the server ends it in its own time."""
        with self.watchdog.waiting(self._statement_seconds):
            return self._answer(query)

    def _answer(self, query: bytes, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        cursor = self.connection.execute(query, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor] if names else []


def _within(query: exp.Select, digest: Digest, within: Ranges | None) -> exp.Select:
    """A query of some places only; those that are keys are sought by index."""
    if within is None:
        return query
    place = name(digest.key[0].source.name) if digest.is_whole else postgres_place(digest)
    return query.where(within.where(place, by_index=digest.is_whole))


def _column(row: Mapping[str, Any]) -> SourceColumn:
    lake = lake_type(row["base_type"], _LAKE)
    return SourceColumn(name=row["name"], type=row["type"], lake=lake, nullable=row["nullable"])


def _cell(column: SourceColumn) -> exp.Expr:
    """A column as it is read: a time with a zone is given in UTC."""
    cell = name(column.name)
    zoned = without_length(column.type) == ZONED
    return exp.alias_(exp.AtTimeZone(this=cell, zone=exp.Literal.string("UTC")), column.name) if zoned else cell
