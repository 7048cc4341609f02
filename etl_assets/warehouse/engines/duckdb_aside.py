"""A DuckDB warehouse made again: in a second file beside it, copied over the old tables in one transaction.

DuckDB renames neither schemas nor tables with indexes, and one transaction writes to one file only.
"""

import re
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from filelock import FileLock, Timeout

from etl_assets.errors import WarehouseBusy
from etl_assets.failpoints import reach
from etl_assets.names import TableName
from etl_assets.warehouse.engines.aside import OWNERS, Swapped
from etl_assets.warehouse.engines.duckdb_kept import forget

if TYPE_CHECKING:
    from etl_assets.warehouse.engines.base import Session
    from etl_assets.warehouse.engines.duckdb import DuckDBEngine

_TABLES: Final = "select schema_name, table_name, sql from duckdb_tables() where database_name = $file and not internal"
_VIEWS: Final = "select schema_name, view_name, sql from duckdb_views() where database_name = $file and not internal"
_INDEXES: Final = "select schema_name, table_name, sql from duckdb_indexes() where database_name = $file"
_BY_AGE: Final = {_TABLES: "table_oid", _VIEWS: "view_oid", _INDEXES: "index_oid"}
_NEW: Final = "rebuilt"
_PAIR: Final = re.compile(r'(\w+)"?\."?(\w+)')


def _readers_last(views: Mapping[str, str]) -> Iterator[str]:
    """Definitions of views by name, each behind those that it reads.

    A file that was opened again has them schema by schema: that they were made in order is not known any more.
    """
    named = {tuple(name.replace('"', "").split(".")): definition for name, definition in views.items()}
    reads = {name: {*_PAIR.findall(definition)} & named.keys() - {name} for name, definition in named.items()}
    return (named[name] for name in TopologicalSorter(reads).static_order())


@contextmanager
def rebuilding(engine: "DuckDBEngine", warehouse: str, tables: Collection[TableName]) -> Generator["DuckDBAside"]:
    """A file beside the warehouse's, which is taken away in the end; one rebuild at a time.

    Raises:
        WarehouseBusy: When another rebuild is at work.
    """
    engine.path.parent.mkdir(parents=True, exist_ok=True)
    alone = FileLock(f"{engine.path}.rebuilding", timeout=0)
    try:
        alone.acquire()
    except Timeout as error:
        message = f"The warehouse {engine.path} is being rebuilt by another process."
        raise WarehouseBusy(message, mend="Wait for it to end.") from error
    aside = DuckDBAside(engine, warehouse, tables)
    try:
        yield aside
    finally:
        forget()
        aside.clear()
        Path(alone.lock_file).unlink(missing_ok=True)
        alone.release()


class DuckDBAside:
    """The file, and how its tables get into the warehouse's own."""

    def __init__(self, engine: "DuckDBEngine", warehouse: str, tables: Collection[TableName]) -> None:
        """Nothing is made yet."""
        self._file = Path(f"{engine.path}.rebuild")
        self._warehouse = warehouse
        self._schemas = sorted({table.schema for table in tables})
        self.old: DuckDBEngine = engine
        self.engine: DuckDBEngine = type(engine)(f"duckdb:///{self._file}")

    def begin(self) -> None:
        """Take away what a killed rebuild, or this one's last try, has left."""
        self.clear()

    def clear(self) -> None:
        """Take the file away."""
        for ending in ("", ".wal", ".lock"):
            Path(f"{self._file}{ending}").unlink(missing_ok=True)

    def swap(self, is_whole: "Callable[[Session], bool]") -> Swapped | None:
        """Replace the tables in one transaction; None when the old warehouse has changed meanwhile."""
        try:
            return self._swap(is_whole)
        finally:
            forget()

    def _swap(self, is_whole: "Callable[[Session], bool]") -> Swapped | None:
        """Replace them; the second file stays attached to the DuckDB that the process keeps, which is forgotten."""
        with self.old.writing() as session:
            if not is_whole(session):
                return None
            quoted = str(self._file).replace("'", "''")
            session.run(f"attach '{quoted}' as {_NEW} (read_only)")
            here = session.value("select current_database()")
            kept = self._drop(session, here)
            reach("rebuild.in_swap")
            self._create(session)
            self._take_over(session)
            reach("rebuild.before_commit")
        return Swapped(kept=kept)

    def _drop(self, session: "Session", here: str) -> tuple[str, ...]:
        """Drop what the new warehouse has too; gives what it has not."""
        new = {name for kind in (_TABLES, _VIEWS) for name, _ in self._found(session, kind, _NEW)}
        kept: list[str] = []
        for kind, word in ((_VIEWS, "view"), (_TABLES, "table")):
            for name, _ in self._found(session, kind, here):
                if name in new:
                    session.run(f"drop {word} {name}")
                else:
                    kept.append(name)
        return tuple(sorted(name.replace('"', "") for name in kept))

    def _create(self, session: "Session") -> None:
        for schema in self._schemas:
            session.run(f"create schema if not exists {schema}")
        for name, definition in self._found(session, _TABLES, _NEW):
            session.run(definition)
            session.run(f"insert into {name} select * from {_NEW}.{name}")  # noqa: S608 - names of the catalogue
        for _, definition in self._found(session, _INDEXES, _NEW):
            session.run(definition)
        for definition in _readers_last(dict(self._found(session, _VIEWS, _NEW))):
            session.run(definition)

    def _take_over(self, session: "Session") -> None:
        """Put the new ledgers' rows into the place of the old ones."""
        for table, column in OWNERS.items():
            session.run(f"delete from etl.{table} where {column} like $like", {"like": f"{self._warehouse}/%"})  # noqa: S608 - ledgers
            names = ", ".join(session.columns("etl", table))
            session.run(f"insert into etl.{table} ({names}) select {names} from {_NEW}.etl.{table}")  # noqa: S608 - as above

    def _found(self, session: "Session", kind: str, file: str) -> Iterator[tuple[str, str]]:
        """Names and definitions of tables, views or indexes of the warehouse, in the order in which they were made."""
        for schema, name, definition in session.rows(f"{kind} order by {_BY_AGE[kind]}", {"file": file}):
            if schema in self._schemas:
                yield f'{schema}."{name}"', definition
