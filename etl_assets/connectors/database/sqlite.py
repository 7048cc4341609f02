"""A SQLite file as a source, opened for reading only.

SQLite keeps what it is given whatever the column's type says, so every cell is read as text and has to fit its declared
type. One connection reads all tables in one transaction. Writers come one after the other, but SQLite does not say
since when one is open: the look-back covers those.
"""

import sqlite3
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp, parse_one

from etl_assets.arrow import texts
from etl_assets.connectors.database.cells import lake_schema, lake_type, typed
from etl_assets.connectors.database.digest import Cell, Digest, Ranges
from etl_assets.connectors.database.source import Moment
from etl_assets.connectors.database.statements import all_rows, name, statement
from etl_assets.connectors.database.written import hash_of, total_of
from etl_assets.errors import SourceError, SourceMissing
from etl_assets.lake.catalogue import Shape, SourceColumn
from etl_assets.limits import Limits

if TYPE_CHECKING:
    import pyarrow as pa

    from etl_assets.connectors.database.tables import SourceTable

BATCH_ROWS: Final = 20_000
_BUSY_SECONDS: Final = 60.0
_STEPS: Final = 100_000
_CLOCK: Final = "%Y-%m-%d %H:%M:%f"
_LAKE: Final = {
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp": "timestamp[us]",
    "datetime": "timestamp[us]",
    **dict.fromkeys(("integer", "int", "bigint", "smallint"), "int64"),
    **dict.fromkeys(("real", "float", "double", "double precision"), "double"),
}
_DECIMAL_CELL: Final = (
    "case when typeof({c}) <> 'real' then cast({c} as text) when round({c}, {scale}) = {c} and abs({c}) < {limit}"
    " then printf('%.{scale}f', {c}) else printf('%!.17g', {c}) end"
)
_FLOAT_CELL: Final = "case when typeof({c}) = 'real' then printf('%!.17g', {c}) else cast({c} as text) end"
_BLOB_CELL: Final = "case when {c} is not null then '\\x' || lower(hex({c})) end"
_EXACT_DIGITS: Final = 15


class SqliteSource:
    """A file.

    Args:
        file: Where it is.
        statement_seconds: How long one statement may take.
        missing: What to do when it is not there.
    """

    readers = 1

    def __init__(self, file: Path, *, statement_seconds: float = Limits.statement_seconds, missing: str = "") -> None:
        """Nothing is opened yet."""
        self._missing = missing
        self.shown = f"sqlite:///{file}"
        self._file = file
        self._statement_seconds = statement_seconds

    @contextmanager
    def snapshot(self) -> "Generator[SqliteSnapshot]":
        """One state of it.

        Raises:
            SourceMissing: When it is not there.
            SourceError: When it is no SQLite file that can be read.
        """
        self.refuse_missing()
        address = f"{self._file.absolute().as_uri()}?mode=ro"
        with (
            self.errors(),
            closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=_BUSY_SECONDS)) as connection,
        ):
            reader = SqliteReader(connection, self._statement_seconds)
            at = reader.one(exp.select(_clock(exp.Literal.string("now"))).sql("sqlite"))
            connection.execute("begin")
            reader.one("select count(*) from sqlite_master")
            yield SqliteSnapshot(self, reader, Moment(at=datetime.fromisoformat(at)))

    def refuse_missing(self) -> None:
        """See that the file is there."""
        if not self._file.exists():
            message = f"There is no database {self.shown}."
            raise SourceMissing(message, mend=self._missing or "Check its path.")

    def remarks(self) -> tuple[str, ...]:
        """None: whoever may read a file sees all of it."""
        return ()

    def zones(self) -> tuple[str, ...]:
        """None is told: SQLite's own clock is UTC, and a program may write by any."""
        return ()

    @contextmanager
    def errors(self) -> Generator[None]:
        """A stretch in which what SQLite says is told as ours."""
        try:
            yield
        except sqlite3.Error as error:
            message = f"{self.shown} cannot be read: {error}."
            raise SourceError(
                message, mend="Check that it is a SQLite file, and that no one keeps it locked."
            ) from error


class SqliteSnapshot:
    """One state of the file.

    Args:
        source: The file.
        session: The connection that has it.
        seen: What it found.
    """

    def __init__(self, source: SqliteSource, session: "SqliteReader", seen: Moment) -> None:
        """Nothing is read yet."""
        self.moment = seen
        self._source = source
        self._session = session

    @contextmanager
    def reader(self) -> "Generator[SqliteReader]":
        """The only connection."""
        with self._source.errors():
            yield self._session


class SqliteReader:
    """A session.

    Args:
        connection: Open.
        statement_seconds: How long one statement may take.
    """

    def __init__(self, connection: sqlite3.Connection, statement_seconds: float) -> None:
        """Nothing is asked yet."""
        self._connection = connection
        self._statement_seconds = statement_seconds

    def one(self, query: str) -> Any:  # noqa: ANN401 - whatever the file holds
        """The only cell of a query."""
        return self._run(query).fetchone()[0]

    def shape(self, table: "SourceTable") -> Shape:
        """Its columns, in order."""
        found = self._run(statement("sqlite_columns"), {"name": table.name}).fetchall()
        if not found:
            message = f"The source has no table {table.name}."
            raise SourceError(message, mend="Check its name.")
        columns = tuple(
            SourceColumn(name=name, type=kind.lower(), lake=lake_type(kind.lower(), _LAKE), nullable=bool(nullable))
            for name, kind, nullable, _ in found
        )
        return Shape(columns=columns, key=tuple(name for name, *_, place in sorted(found, key=_place) if place))

    def highest(self, table: "SourceTable", until: datetime) -> datetime | None:
        """The last cursor that is not behind a time."""
        cursor = _clock(name(table.cursor))
        query = all_rows(table, [exp.Max(this=cursor)], schema=False)
        found = self.one(query.where(exp.LTE(this=cursor, expression=_moment(until))).sql("sqlite"))
        return datetime.fromisoformat(found) if found else None

    def rows(self, table: "SourceTable", shape: Shape, since: datetime | None) -> "Iterator[pa.RecordBatch]":
        """Its rows; one whose cursor is no time is among them always."""
        query = all_rows(table, [_cell(column) for column in shape.columns], schema=False)
        if since is not None:
            cursor = _clock(name(table.cursor))
            query = query.where(exp.or_(cursor.is_(exp.null()), exp.GTE(this=cursor, expression=_moment(since))))
        return self._typed(query, lake_schema(shape))

    def bounds(self, table: "SourceTable", digest: Digest) -> tuple[int, int, int]:
        """Its rows' number and their first and last place."""
        place = self._place(digest)
        told = [exp.Count(this=exp.Star()), exp.Min(this=place), exp.Max(this=place.copy())]
        count, first, last = self._run(all_rows(table, told, schema=False).sql("sqlite")).fetchone()
        return count, first or 0, last or 0

    def checksums(
        self, table: "SourceTable", digest: Digest, bits: int, within: Ranges | None = None
    ) -> Iterator[tuple[int, int, int]]:
        """Counts and sums of hashes by range, which Python's functions make."""
        self._connection.create_aggregate("etl_total", -1, total_of(digest.cells))  # pyright: ignore[reportArgumentType] - a class made for the cells
        number = exp.BitwiseRightShift(this=exp.paren(self._place(digest)), expression=exp.Literal.number(bits))
        total = exp.Anonymous(this="etl_total", expressions=_texts_of(digest.cells))
        told = [exp.alias_(number, "number"), exp.Count(this=exp.Star()), total]
        query = self._within(all_rows(table, told, schema=False), digest, within).group_by("1")
        for number, count, found in self._run(query.sql("sqlite")):
            yield number, count, int(found)

    def rows_of(self, table: "SourceTable", shape: Shape, digest: Digest, within: Ranges) -> "Iterator[pa.RecordBatch]":
        """The rows in some ranges."""
        query = all_rows(table, [_cell(column) for column in shape.columns], schema=False)
        return self._typed(self._within(query, digest, within), lake_schema(shape))

    def _within(self, query: exp.Select, digest: Digest, within: Ranges | None) -> exp.Select:
        return query.where(within.where(self._place(digest), by_index=digest.is_whole)) if within else query

    def _place(self, digest: Digest) -> exp.Expr:
        """A row's place."""
        if digest.is_whole:
            return name(digest.key[0].source.name)
        self._connection.create_function("etl_place", -1, hash_of(digest.key), deterministic=True)
        return exp.Anonymous(this="etl_place", expressions=_texts_of(digest.key))

    def _typed(self, query: exp.Select, schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
        found = self._run(query.sql("sqlite"))
        while rows := found.fetchmany(BATCH_ROWS):
            yield typed([texts(cells) for cells in zip(*rows, strict=True)], schema)

    def _run(self, query: str, values: Mapping[str, object] | None = None) -> sqlite3.Cursor:
        until = monotonic() + self._statement_seconds
        self._connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
        return self._connection.execute(query, values or {})


def _cell(column: SourceColumn) -> exp.Expr:
    quoted = name(column.name).sql("sqlite")
    if column.lake.startswith("decimal128"):
        scale = int(column.lake.rstrip(")").partition(", ")[2])
        limit = 10 ** max(_EXACT_DIGITS - scale, 0)
        text = _DECIMAL_CELL.format(c=quoted, scale=scale, limit=limit)
    elif column.lake == "double":
        text = _FLOAT_CELL.format(c=quoted)
    elif column.type == "blob":
        text = _BLOB_CELL.format(c=quoted)
    else:
        return exp.alias_(exp.cast(name(column.name), "text"), column.name, quoted=True)
    return exp.alias_(parse_one(text, dialect="sqlite"), column.name, quoted=True)


def _texts_of(cells: "Sequence[Cell]") -> list[exp.Expr]:
    return [_cell(cell.source).unalias() for cell in cells]


def _place(row: Sequence[Any]) -> int:
    return row[-1]


def _clock(of: exp.Expr) -> exp.Expr:
    """A time in the one form in which times can be compared as text."""
    return exp.Anonymous(this="strftime", expressions=[exp.Literal.string(_CLOCK), of])


def _moment(at: datetime) -> exp.Expr:
    return exp.Literal.string(at.isoformat(" ", timespec="milliseconds"))
