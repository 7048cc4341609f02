"""The sample in a SQLite file."""

import re
import sqlite3
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from etl_assets.errors import SourceError
from etl_assets.samples.totesys.changes import Commit, Net, net
from etl_assets.samples.totesys.schema import INDEXES, TABLES, ddl
from etl_assets.samples.totesys.target import Mark

_PATIENCE_SECONDS: Final = 60.0
_OF: Final = re.compile(r"/\* (.*?) \*/")


class SqliteTarget:
    """An open file. Whose sample it is stands in the definition of its first table, the last commit in its header.

    Args:
        file: Where it is; made when it is not there.

    Raises:
        SourceError: When it cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(file, isolation_level=None, timeout=_PATIENCE_SECONDS)
            self._connection.execute("pragma foreign_keys = on")
            self._connection.execute("pragma synchronous = off")
            self._connection.execute("pragma cache_size = -32768")
            self.tables()
        except (sqlite3.Error, OSError) as error:
            message = f"{file} cannot be opened: {error}."
            raise SourceError(message, mend="Check that it is a SQLite file that may be written.") from error

    def __enter__(self) -> Self:
        """The file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._connection.close()

    def mark(self) -> Mark | None:
        """What it holds of a sample."""
        query = "select sql from sqlite_master where name = ?"
        made = self._connection.execute(query, (TABLES[0].name,)).fetchone()
        of = _OF.search(made[0]) if made else None
        (commit,) = self._connection.execute("pragma user_version").fetchone()
        return Mark.read(f"{of[1]}, commit {commit}") if of else None

    def tables(self) -> Collection[str]:
        """The tables that are there."""
        query = "select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite_%'"
        return [name for (name,) in self._connection.execute(query)]

    def counts(self) -> dict[str, int]:
        """How many rows each table of the sample has."""
        counted = ((table.name, self._connection.execute(table.count)) for table in TABLES)
        return {name: found.fetchone()[0] for name, found in counted}

    def make(self, mark: Mark) -> None:
        """Make the tables, empty."""
        with self._transaction(mark):
            for table in TABLES:
                note = f"(/* {mark.of} */ " if table is TABLES[0] else "("
                self._connection.execute(table.sqlite_ddl.replace("(", note, 1))
            for index in INDEXES:
                self._connection.execute(ddl(index))

    def write(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write commits in one transaction."""
        nets = net(change for commit in commits for change in commit.changes)
        with self._transaction(mark):
            for part in nets:
                self._insert(part)
            for part in nets:
                self._update(part)
            for part in reversed(nets):
                self._delete(part)

    def live(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write a day at once: SQLite has one writer, so what is open for long is late here too."""
        self.write(commits, mark)

    @contextmanager
    def _transaction(self, mark: Mark) -> Generator[None]:
        try:
            self._connection.execute("begin immediate")
            yield
            self._connection.execute(f"pragma user_version = {mark.commit}")
            self._connection.execute("commit")
        except sqlite3.Error as error:
            message = f"The database {self._file} refuses the sample: {error}."
            raise SourceError(
                message, mend="See that nobody else writes it and that its tables are as they were."
            ) from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("rollback")

    def _insert(self, part: Net) -> None:
        places = ", ".join("?" * len(part.table.columns))
        statement = f"insert into {part.table.quoted} ({part.table.listed}) values ({places})"  # noqa: S608 - a table's own names
        self._connection.executemany(statement, part.inserted)

    def _update(self, part: Net) -> None:
        puts = ", ".join(f'"{column}" = ?' for column in part.table.columns[1:])
        statement = f'update {part.table.quoted} set {puts} where "{part.table.key}" = ?'  # noqa: S608 - a table's own names
        self._connection.executemany(statement, ((*row[1:], row[0]) for row in part.updated))

    def _delete(self, part: Net) -> None:
        statement = f'delete from {part.table.quoted} where "{part.table.key}" = ?'  # noqa: S608 - a table's own names
        self._connection.executemany(statement, ((key,) for key in part.deleted))
