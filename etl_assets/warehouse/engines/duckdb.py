"""DuckDB: one file, one writing process. A lock beside the file makes others wait instead of fail."""

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal

import duckdb  # noqa: TID253 - this module is itself imported only when DuckDB is used
from filelock import FileLock, Timeout

from etl_assets.errors import WarehouseBusy, WarehouseError
from etl_assets.urls import duckdb_parts
from etl_assets.warehouse.dialects import Dialect, DuckDB
from etl_assets.warehouse.engines.base import Engine, Row, Session, first_line, refused
from etl_assets.warehouse.engines.duckdb_kept import attached

if TYPE_CHECKING:
    import pyarrow as pa

    from etl_assets.names import TableName
    from etl_assets.warehouse.engines.aside import Aside

_BATCH_ROWS: Final = 100_000
MEMORY_LIMIT: Final = "576MB"
"""What a session holds in memory unless the URL says otherwise; what does not fit goes to ``<file>.tmp`` meanwhile."""
_OPEN: Final[dict[str, str | bool]] = {"autoinstall_known_extensions": False, "memory_limit": MEMORY_LIMIT}
_CLOSED: Final[dict[str, str | bool]] = {**_OPEN, "enable_external_access": False}
_WRITING: Final[dict[str, str | bool]] = {**_OPEN, "preserve_insertion_order": False}
"""Rows are written in no order: it takes less memory, and DuckDB 2.0.0 loses rows in the other way. Where a transaction
has first inserted none into a table, or made it by a query that gives none, the 122,880 rows or more that it inserts
next are counted and then not seen before the file is opened again."""


class DuckDBSession(Session):
    """A connection to the file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, dialect: type[Dialect] = DuckDB) -> None:
        """Wrap an open connection."""
        super().__init__(dialect)
        self._connection = connection

    def _fetched(self, sql: str, values: Mapping[str, object] | None) -> list[Row]:
        try:
            return self._connection.execute(sql, dict(values) if values else None).fetchall()
        except duckdb.Error as error:
            raise refused(error) from error

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> int:
        """Run one statement; gives the number of rows that it wrote, else -1."""
        rows = self._fetched(sql, values)
        return rows[0][0] if rows and isinstance(rows[0][0], int) else -1

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of a query."""
        return self._fetched(sql, values)

    def batches(self, sql: str, values: Mapping[str, object] | None = None) -> "pa.RecordBatchReader":
        """The rows of a query as Arrow, streamed."""
        import pyarrow as pa  # noqa: PLC0415 - only queries for people need it

        try:
            reader = self._connection.sql(sql, params=dict(values) if values else None).to_arrow_reader(_BATCH_ROWS)
        except duckdb.Error as error:
            raise refused(error) from error
        return pa.RecordBatchReader.from_batches(reader.schema, _batches(reader))

    def load(self, table: str, reader: "pa.RecordBatchReader") -> None:
        """Append Arrow batches: DuckDB reads them where they are. What the reader raises comes out as it is."""
        incoming = _Incoming(reader)
        self._connection.register("etl_incoming", incoming.reader)
        columns = ", ".join(f'"{name}"' for name in reader.schema.names)
        try:
            self.run(f"insert into {table} ({columns}) select {columns} from etl_incoming")  # noqa: S608 - declared names
        except WarehouseError as error:
            raise incoming.failure or error from None
        self._connection.unregister("etl_incoming")

    def lock(self, names: Collection[str], *, shared: Collection[str] = ()) -> None:
        """Nothing to do: the file's lock is held by this session."""

    def columns(self, schema: str, table: str) -> dict[str, str]:
        """The columns of a table and their types. What cannot be bound is sought in the catalogue, which is slow."""
        with suppress(duckdb.Error):
            return self._bound(f"""select * from {schema or "temp.main"}."{table}\"""")  # noqa: S608 - declared names
        found = self.rows(
            "select column_name, data_type from duckdb_columns() where table_name = $name"
            " and case when $schema = '' then database_name = 'temp'"
            " else schema_name = $schema and database_name = current_database() end order by column_index",
            {"schema": schema, "name": table},
        )
        return dict(found)

    def described(self, query: str) -> dict[str, str]:
        """The columns that a query gives and their types."""
        try:
            return self._bound(query)
        except duckdb.Error as error:
            raise refused(error) from error

    def _bound(self, query: str) -> dict[str, str]:
        """What a query would give. One that cannot be bound leaves the transaction as it was; nothing is run."""
        relation = self._connection.sql(query)
        return dict(zip(relation.columns, map(str, relation.types), strict=True))


class _Incoming:
    """Batches on their way into DuckDB, which tells of their reader's own exception only in words."""

    def __init__(self, reader: "pa.RecordBatchReader") -> None:
        import pyarrow as pa  # noqa: PLC0415 - loads alone need it

        self.failure: Exception | None = None
        self.reader = pa.RecordBatchReader.from_batches(reader.schema, self._watched(reader))

    def _watched(self, reader: "pa.RecordBatchReader") -> "Iterator[pa.RecordBatch]":
        try:
            yield from reader
        except Exception as error:
            self.failure = error
            raise


class DuckDBEngine(Engine):
    """A DuckDB file, made when it is first written."""

    DIALECT: ClassVar[type[Dialect]] = DuckDB
    PATIENCE_SECONDS: ClassVar[float] = 60

    def __init__(self, url: str) -> None:
        """``duckdb:///relative.duckdb`` or ``duckdb:////absolute.duckdb``; behind it perhaps ``?memory_limit=2GB``."""
        super().__init__(url)
        self.path, self._options = duckdb_parts(url)

    @property
    def file(self) -> Path:
        """The file."""
        return self.path

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session on the file as it is, which reaches nothing beside it; an empty database when there is no file."""
        if not self.exists():
            with self._connected(":memory:", _CLOSED) as connection:
                yield DuckDBSession(connection, self.DIALECT)
            return
        with self._locked(), self._connected(str(self.path), {**_CLOSED, "access_mode": "read_only"}) as connection:
            connection.execute("set lock_configuration = true")
            yield DuckDBSession(connection, self.DIALECT)

    @contextmanager
    def rebuilding(self, warehouse: str, tables: "Collection[TableName]") -> "Generator[Aside]":
        """A place in which a warehouse is made again: a second file."""
        from etl_assets.warehouse.engines.duckdb_aside import rebuilding  # noqa: PLC0415 - rarely needed

        with rebuilding(self, warehouse, tables) as aside:
            yield aside

    @contextmanager
    def _writing(self) -> Generator[Session]:
        with self._locked(), self._attached() as connection:
            self._settle(connection, "begin")
            try:
                yield DuckDBSession(connection, self.DIALECT)
            except BaseException:
                with suppress(duckdb.Error):
                    connection.execute("rollback")
                raise
            self._settle(connection, "commit")

    def _settle(self, connection: duckdb.DuckDBPyConnection, word: Literal["begin", "commit"]) -> None:
        try:
            connection.execute(word)
        except duckdb.Error as error:
            message = f"The warehouse {self.path} refused to {word}: {first_line(error)}"
            raise WarehouseError(message, mend="Run again: what was committed is not done twice.") from error

    @contextmanager
    def _locked(self) -> Generator[None]:
        lock = FileLock(f"{self.path}.lock", timeout=self.PATIENCE_SECONDS)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except (Timeout, OSError) as error:
            message = f"The warehouse {self.path} is in use, or its folder cannot be written: {first_line(error)}"
            raise WarehouseBusy(message, mend="Wait for the other run, or check the folder's permissions.") from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _attached(self) -> Generator[duckdb.DuckDBPyConnection]:
        """The file, attached to a DuckDB that is open already; one that cannot be is opened, which says why not."""
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(attached(self.path, {**_WRITING, **self._options}))
                connection.execute("set timezone = 'UTC'")
            except duckdb.Error:
                connection = stack.enter_context(self._connected(str(self.path), _WRITING))
            yield connection

    @contextmanager
    def _connected(self, target: str, config: Mapping[str, str | bool]) -> Generator[duckdb.DuckDBPyConnection]:
        try:
            connection = duckdb.connect(target, config={**config, **self._options})
        except duckdb.Error as error:
            raise _unreachable(self.path, error) from error
        try:
            connection.execute("set timezone = 'UTC'")
            yield connection
        finally:
            connection.close()


def _batches(reader: "pa.RecordBatchReader") -> "Iterator[pa.RecordBatch]":
    """The batches as they come; what DuckDB finds out on the way reaches Arrow as an OSError."""
    try:
        yield from reader
    except OSError as error:
        raise refused(error) from error


def _unreachable(path: Path, error: duckdb.Error) -> WarehouseError:
    if "lock" in str(error).lower():
        message = f"The warehouse {path} is held by another program."
        return WarehouseBusy(
            message, mend="Close the program that has it open (a DuckDB shell, a notebook), then run again."
        )
    return WarehouseError(
        f"The warehouse {path} cannot be opened: {first_line(error)}",
        mend="Check ETL_WAREHOUSE_URL and the file's permissions.",
    )
