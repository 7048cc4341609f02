"""What every engine can do: open a session, which is one connection and one transaction."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from etl_assets.errors import EtlError, WarehouseError
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.statement import Bindings, render, values_for

if TYPE_CHECKING:
    import pyarrow as pa

    from etl_assets.names import TableName
    from etl_assets.warehouse.engines.aside import Aside

Row = tuple[Any, ...]
_HINTS: Final = ("Did you mean", "Candidate bindings", "HINT:")
_MISSING: Final = re.compile(r"\b(table|relation)\b.* does not exist", re.IGNORECASE)


class Session(ABC):
    """One connection with one open transaction. Temporary tables live as long as it does."""

    def __init__(self, dialect: type[Dialect]) -> None:
        """Remember how the engine's SQL differs."""
        self.dialect = dialect

    @abstractmethod
    def run(self, sql: str, values: Mapping[str, object] | None = None) -> int:
        """Run one statement; gives the number of rows that it wrote, or -1 where the engine does not say.

        Raises:
            WarehouseError: When the engine refuses it; the message is the engine's first line.
        """

    @abstractmethod
    def rows(self, sql: str, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of a query."""

    @abstractmethod
    def batches(self, sql: str, values: Mapping[str, object] | None = None) -> "pa.RecordBatchReader":
        """The rows of a query as Arrow, streamed."""

    @abstractmethod
    def load(self, table: str, reader: "pa.RecordBatchReader") -> None:
        """Append Arrow batches in bulk to a table whose columns have the same names and types."""

    @abstractmethod
    def lock(self, names: Collection[str], *, shared: Collection[str] = ()) -> None:
        """Hold the named locks to the end of the transaction, all of them taken in name order.

        Args:
            names: Those that no other session may hold.
            shared: Those that other sessions may share; one that is in ``names`` too is not shared.
        """

    @abstractmethod
    def columns(self, schema: str, table: str) -> dict[str, str]:
        """The columns of a table and their types; empty when there is no such table."""

    @abstractmethod
    def described(self, query: str) -> dict[str, str]:
        """The columns that a query gives and their types."""

    def do(self, file: str, bindings: Bindings | None = None, values: Mapping[str, object] | None = None) -> int:
        """Run the statement of ``sql/<file>.sql`` with those of the values that it binds."""
        return self.run(render(file, self.dialect, bindings), values_for(file, values or {}))

    def ask(self, file: str, bindings: Bindings | None = None, values: Mapping[str, object] | None = None) -> list[Row]:
        """The rows of the query in ``sql/<file>.sql``."""
        return self.rows(render(file, self.dialect, bindings), values_for(file, values or {}))

    def value(self, sql: str, values: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - whatever the query gives
        """The first column of the first row of a query."""
        return self.rows(sql, values)[0][0]

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Insert a few rows, all with the same columns, in one statement; many go in with ``load``."""
        if not rows:
            return
        marked = [{name: f"{name}_{number}" for name in row} for number, row in enumerate(rows)]
        places = (", ".join(self.dialect.PLACEHOLDER.format(mark) for mark in marks.values()) for marks in marked)
        listed = ", ".join(f"({each})" for each in places)
        values = {marks[name]: row[name] for marks, row in zip(marked, rows, strict=True) for name in row}
        self.run(f"insert into {table} ({', '.join(rows[0])}) values {listed}", values)  # noqa: S608 - declared names

    def expect_few(self) -> None:  # noqa: B027 - most engines have nothing to be told
        """Tell the planner that from now on few rows of large tables are asked for, each by its key."""

    def analyze(self, table: str, columns: Collection[str] = ()) -> None:
        """Tell the planner about a table, on engines that ask for it.

        Args:
            table: Which.
            columns: Those by which it is joined or searched; the fewer, the cheaper. All of them when none is named.
        """
        if self.dialect.NEEDS_ANALYZE:
            listed = ", ".join(f'"{column}"' for column in columns)
            self.run(f"analyze {table} ({listed})" if listed else f"analyze {table}")


class Engine(ABC):
    """A database that a warehouse lives in."""

    DIALECT: ClassVar[type[Dialect]]

    def __init__(self, url: str) -> None:
        """Remember where the database is; nothing is connected yet."""
        self.url = url

    @property
    def file(self) -> Path | None:
        """The file that the database is; None for a server."""
        return None

    def exists(self) -> bool:
        """Whether there is a database to read; a file is not there before it is first written."""
        return self.file is None or self.file.exists()

    @abstractmethod
    def reading(self) -> AbstractContextManager[Session]:
        """A session that may only read, and sees one state throughout."""

    def rebuilding(self, warehouse: str, tables: "Collection[TableName]") -> "AbstractContextManager[Aside]":
        """A place in which a warehouse is made again while the one that is there stands.

        Args:
            warehouse: Its name.
            tables: All that is declared of it.

        Raises:
            WarehouseError: When the engine has no such place.
        """
        del tables
        message = f"The warehouse {warehouse} cannot be made again beside itself on {type(self).__name__}."
        raise WarehouseError(message, mend="Point ETL_WAREHOUSE_URL to an empty database and run.")

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Session]:
        """A session whose transaction is committed at the end, or rolled back on an error."""

    @contextmanager
    def writing(self, *, asset: str = "") -> Generator[Session]:
        """A session that writes, over the ledgers that every warehouse has.

        Args:
            asset: What the session brings up to date: when that fails, the ledgers say so until it works again.

        Raises:
            WarehouseBusy: When another program holds the database.
            WarehouseError: When it cannot be reached.
        """
        from etl_assets.warehouse import ledger  # noqa: PLC0415 - the ledger is written through a session

        has_begun = False
        try:
            with self._writing() as session:
                ledger.ensure(session)
                if asset:
                    ledger.forget_failure(session, asset)
                has_begun = True
                yield session
        except Exception as error:
            if asset and has_begun:
                self._note_failure(asset, str(error))
            raise

    def _note_failure(self, asset: str, message: str) -> None:
        """Write down a failure, in a transaction of its own; where that fails too, the first failure is enough."""
        from etl_assets.warehouse import ledger  # noqa: PLC0415 - as above

        with suppress(EtlError), self._writing() as session:
            ledger.ensure(session)
            ledger.note_failure(session, asset, message)


def first_line(error: Exception) -> str:
    """The part of a driver's message that says what is wrong."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def refused(error: Exception) -> WarehouseError:
    """A driver's error as ours, with its hint when it gives one."""
    said, *more = str(error).strip().splitlines() or [type(error).__name__]
    hints = (line.removeprefix("HINT:").strip() for line in more if line.startswith(_HINTS))
    mend = "`etl-assets status` lists the tables." if _MISSING.search(said) else ""
    return WarehouseError(" ".join([f"The warehouse refused a statement: {said}", *hints]), mend=mend)
