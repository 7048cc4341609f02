"""PostgreSQL 13 or later as a source. A role that may read the tables is enough."""

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used
from sqlglot import exp

from etl_assets.connectors.database.cells import ZONED, lake_schema, lake_type, without_length
from etl_assets.connectors.database.copy import copied
from etl_assets.connectors.database.digest import PLACE_BITS, Digest, Ranges, postgres_hash, postgres_place
from etl_assets.connectors.database.source import STATEMENT_SECONDS, Moment, Reader
from etl_assets.connectors.database.statements import all_rows, for_psycopg, moment, name
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.connectors.database.watchdog import Watchdog
from etl_assets.errors import SourceError, SourceStalled
from etl_assets.lake.catalogue import Shape, SourceColumn
from etl_assets.urls import shown_url, without_secrets

if TYPE_CHECKING:
    import pyarrow as pa

CONNECT_SECONDS: Final = 10
STALL_SECONDS: Final = 60.0
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
_HIDDEN: Final = (
    "{} of other roles hide since when they have a transaction open, so the look-back covers what they took their time"
    " for and did not write yet; grant pg_read_all_stats to the role to see it."
)
_UNSEEN: Final = (
    "The role has no pg_read_all_stats: the look-back covers what other roles have open and did not write yet."
)
_STANDBY: Final = "It is a standby, which does not know since when transactions are open: the look-back covers them."


class PostgresSource:
    """A database.

    Args:
        url: Its address.
        connections: How many are open at once; where there are several, one keeps the snapshot and the others read.
        statement_seconds: How long one statement may take.
        stall_seconds: A connection on which nothing has moved for so long is ended.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = 3,
        statement_seconds: float = STATEMENT_SECONDS,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        """Nothing is connected yet."""
        self.readers = max(connections - 1, 1)
        self.is_alone = connections == 1
        self.shown = shown_url(url)
        self._url = url
        self._statement_seconds = statement_seconds
        self._stall_seconds = stall_seconds

    def refuse_missing(self) -> None:
        """A server is known to be there when it is asked."""

    def remarks(self) -> tuple[str, ...]:
        """What the role cannot see of transactions that are open."""
        with self.connected() as session:
            rights = session.one("postgres_rights")
        return (_STANDBY,) if rights["is_standby"] else () if rights["sees_all"] else (_UNSEEN,)

    def zones(self) -> tuple[str, ...]:
        """Its own, and those that are set for the database and for roles."""
        with self.connected() as session:
            return tuple(row["zone"] for row in session.all("postgres_zones"))

    @contextmanager
    def snapshot(self) -> "Generator[PostgresSnapshot]":
        """One state: a repeatable read whose name other connections take over.

        What is open is asked before it: asked after, what ended in between would be in neither answer.
        """
        with self.connected() as session:
            seen = session.one("postgres_activity")
            session.begin()
            found = session.one("postgres_snapshot")
            hidden = seen["hidden"] + seen["is_standby"]
            note = _STANDBY if seen["is_standby"] else _HIDDEN.format(f"{hidden} sessions") if hidden else ""
            told = Moment(
                at=seen["at"],
                open_since=seen["open_since"],
                hidden=hidden,
                oldest_open=found["oldest_open"],
                next_number=seen["next_number"],
                note=note,
            )
            yield PostgresSnapshot(self, session, told, found["name"])

    @contextmanager
    def connected(self) -> "Generator[PostgresReader]":
        """A session that can only read, and that a watchdog watches.

        Raises:
            SourceError: When the database cannot be reached, refuses a statement or does not answer.
        """
        try:
            connection = psycopg.connect(
                self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, client_encoding="UTF8"
            )
        except psycopg.Error as error:
            message = f"{self.shown} cannot be reached: {self._said(error)}."
            raise SourceError(message, mend="Check its address and that it accepts connections.") from error
        with (
            closing(connection),
            Watchdog(connection.fileno, self._stall_seconds) as watchdog,
            self.errors(watchdog),
        ):
            session = PostgresReader(connection, watchdog)
            session.one("postgres_session", {"statement_ms": str(int(self._statement_seconds * 1000))})
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield session

    @contextmanager
    def errors(self, watchdog: Watchdog) -> Generator[None]:
        """A stretch in which what PostgreSQL says is told as ours."""
        try:
            yield
        except psycopg.Error as error:
            if watchdog.has_bitten:
                message = f"{self.shown} said nothing for {self._stall_seconds:g} seconds, so the connection was ended."
                mend = "Run again. If the server works that long before its first row, index the cursor's column."
                raise SourceStalled(message, mend=mend) from error
            message = f"{self.shown} cannot be read: {self._said(error)}."
            raise SourceError(message, mend="Run again: what was committed is not done twice.") from error

    def _said(self, error: psycopg.Error) -> str:
        lines = str(error).strip().splitlines() or [type(error).__name__]
        return without_secrets(lines[0], self._url).rstrip(".")


class PostgresSnapshot:
    """One state of the database, for as long as the first connection keeps it.

    Args:
        source: The database.
        session: The connection that has it.
        seen: What it found.
        exported: The state's name for other connections.
    """

    def __init__(self, source: PostgresSource, session: "PostgresReader", seen: Moment, exported: str) -> None:
        """Nothing is read yet."""
        self.moment = seen
        self._source = source
        self._session = session
        self._exported = exported

    @contextmanager
    def reader(self) -> Generator[Reader]:
        """Another connection that sees it; where there may be only one, that one, up to a savepoint."""
        if self._source.is_alone:
            with self._source.errors(self._session.watchdog), self._session.savepoint():
                yield self._session
            return
        with self._source.connected() as session:
            session.begin(self._exported)
            yield session


class PostgresReader:
    """A session.

    Args:
        connection: Set up.
        watchdog: That of the connection.
    """

    def __init__(self, connection: "psycopg.Connection", watchdog: Watchdog) -> None:
        """Nothing is asked yet."""
        self.connection = connection
        self.watchdog = watchdog

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
        except psycopg.Error:
            if not self.connection.broken:
                self._ask(b"rollback to savepoint table_read")
            raise

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
        return copied(self.connection, query.sql("postgres"), lake_schema(shape), self.watchdog)

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
        found = _within(query, digest, within).sql("postgres")
        return copied(self.connection, found, lake_schema(shape), self.watchdog)

    def _ask(self, query: bytes, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        with self.watchdog.waiting():
            return self._ask_patiently(query, values)

    def _ask_patiently(self, query: bytes, values: Mapping[str, object] | None = None) -> list[dict[str, Any]]:
        """The rows of a query that says nothing before it is done; the server ends it in its own time."""
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
