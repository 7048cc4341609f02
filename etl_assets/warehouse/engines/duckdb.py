"""DuckDB: one file, one writing process. A lock beside the file makes others wait instead of fail."""

from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import duckdb  # noqa: TID253 - this module is itself imported only when DuckDB is used
from filelock import FileLock, Timeout

from etl_assets.errors import WarehouseBusy, WarehouseError
from etl_assets.warehouse.dialects import Dialect, DuckDB
from etl_assets.warehouse.engines.base import Engine, Row, Session, first_line, refused

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS = 100_000


class DuckDBSession(Session):
    """A connection to the file."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Wrap an open connection."""
        super().__init__(DuckDB)
        self._connection = connection

    def _execute(self, sql: str, values: Mapping[str, object] | None) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, dict(values)) if values else self._connection.execute(sql)
        except duckdb.Error as error:
            raise refused(error) from error

    def run(self, sql: str, values: Mapping[str, object] | None = None) -> int:
        """Run one statement; gives the number of rows that it wrote, else -1."""
        row = self._execute(sql, values).fetchone()
        return row[0] if row and isinstance(row[0], int) else -1

    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of a query."""
        return self._execute(sql, values).fetchall()

    def batches(self, sql: str, values: Mapping[str, object] | None = None) -> "pa.RecordBatchReader":
        """The rows of a query as Arrow, streamed."""
        import pyarrow as pa  # noqa: PLC0415 - only queries for people need it

        try:
            reader = self._connection.sql(sql, params=dict(values) if values else None).to_arrow_reader(_BATCH_ROWS)
        except duckdb.Error as error:
            raise refused(error) from error
        return pa.RecordBatchReader.from_batches(reader.schema, _batches(reader))

    def load(self, table: str, reader: "pa.RecordBatchReader") -> None:
        """Append Arrow batches: DuckDB reads them where they are."""
        self._connection.register("etl_incoming", reader)
        columns = ", ".join(f'"{name}"' for name in reader.schema.names)
        self.run(f"insert into {table} ({columns}) select {columns} from etl_incoming")  # noqa: S608 - declared names
        self._connection.unregister("etl_incoming")

    def lock(self, names: Collection[str], *, shared: Collection[str] = ()) -> None:
        """Nothing to do: the file's lock is held by this session."""

    def columns(self, schema: str, table: str) -> dict[str, str]:
        """The columns of a table and their types."""
        found = self.rows(
            "select column_name, data_type from duckdb_columns() where table_name = $name"
            " and case when $schema = '' then database_name = 'temp'"
            " else schema_name = $schema and database_name = current_database() end order by column_index",
            {"schema": schema, "name": table},
        )
        return dict(found)

    def described(self, query: str) -> dict[str, str]:
        """The columns that a query gives and their types."""
        return {row[0]: row[1] for row in self.rows(f"describe {query}")}


class DuckDBEngine(Engine):
    """A DuckDB file, made when it is first written."""

    DIALECT: ClassVar[type[Dialect]] = DuckDB
    PATIENCE_SECONDS: ClassVar[float] = 60

    def __init__(self, url: str) -> None:
        """``duckdb:///relative.duckdb`` or ``duckdb:////absolute.duckdb``."""
        super().__init__(url)
        self.path = Path(url.removeprefix("duckdb:///")).expanduser()

    @contextmanager
    def reading(self) -> Generator[Session]:
        """A session on the file as it is; an empty database when there is no file yet."""
        with self._locked(), self._connected(read_only=self.path.exists()) as connection:
            yield DuckDBSession(connection)

    @contextmanager
    def _writing(self) -> Generator[Session]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._locked(), self._connected(read_only=False) as connection:
            connection.execute("begin")
            try:
                yield DuckDBSession(connection)
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

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
    def _connected(self, *, read_only: bool) -> Generator[duckdb.DuckDBPyConnection]:
        target = str(self.path) if self.path.exists() or not read_only else ":memory:"
        try:
            connection = duckdb.connect(target, read_only=read_only, config={"autoinstall_known_extensions": False})
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
