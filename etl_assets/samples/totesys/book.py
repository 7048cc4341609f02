"""The full history of a sample, in a SQLite file of its own: the oracle, which no extraction ever reads.

Of each source table there is one of the same name, whose rows are changes: the commit, the operation, whether
``last_updated`` moved, and the full row. ``commits`` says when each commit began and became visible.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, Self

from etl_assets.errors import SourceError
from etl_assets.samples.totesys.changes import Commit, Row
from etl_assets.samples.totesys.schema import TABLES, Table

_MADE: Final = (
    "create table about (scale integer not null, seed integer not null)",
    """create table commits (
        commit_id integer primary key, day integer not null, began_at text not null, committed_at text not null,
        is_long integer not null
    )""",
)


class Book:
    """An open history. What is written is kept by ``keep``; closing forgets the rest.

    Args:
        file: Where it is; made when it is not there.
        scale: What the sample was made with.
        seed: As well.

    Raises:
        SourceError: When the file is something else, or the history of another sample.
    """

    def __init__(self, file: Path, *, scale: int, seed: int) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._connection = sqlite3.connect(file, isolation_level=None)
        try:
            self._open(scale, seed)
        except sqlite3.Error as error:
            self._connection.close()
            message = f"{file} cannot be used as the history of a sample: {error}."
            raise SourceError(message, mend="Move it away, or wait until nobody uses it.") from error
        self.commits: int = self._value("select coalesce(max(commit_id), 0) from commits")
        self.days: int = self._value("select coalesce(max(day), -1) from commits")

    def __enter__(self) -> Self:
        """The history."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what was not kept."""
        self._connection.close()

    def add(self, day: int, commits: Iterable[Commit]) -> None:
        """Write a day's commits."""
        rows: dict[Table, list[Row]] = {table: [] for table in TABLES}
        for commit in commits:
            self.commits += 1
            head = (self.commits, day, commit.began_at, commit.committed_at, commit.is_long)
            self._connection.execute("insert into commits values (?, ?, ?, ?, ?)", head)
            for change in commit.changes:
                rows[change.table].append((self.commits, change.operation, change.moved, *change.row))
        for table, changes in rows.items():
            if changes:
                places = ", ".join("?" * (len(table.columns) + 3))
                self._connection.executemany(f"insert into {table.quoted} values ({places})", changes)  # noqa: S608 - a table's own name
        self.days = day

    def keep(self) -> None:
        """Commit what was written."""
        self._connection.execute("commit")
        self._connection.execute("begin immediate")

    def highest(self, table: Table) -> int:
        """The highest key that a table ever had."""
        return self._value(f'select coalesce(max("{table.key}"), 0) from {table.quoted}')  # noqa: S608 - a table's own names

    def rows(self, table: Table, keys: Iterable[int]) -> dict[int, Row]:
        """The present rows of some keys; those that are gone are left out."""
        asked = json.dumps([*keys])
        condition = f'"{table.key}" in (select value from json_each(?))'  # noqa: S608 - a table's own name
        return dict(self._last(table, condition, (asked,)))

    def payments_due(self, since: str, until: str) -> list[int]:
        """The keys of the payments whose date is from ``since`` up to, not including, ``until``."""
        query = (
            "select payment_id from payment where operation = 'I' and payment_date >= ? and payment_date < ?"
            " order by payment_id"
        )
        return [key for (key,) in self._connection.execute(query, (since, until))]

    def state(self, table: Table, commit: int | None = None) -> Iterator[Row]:
        """The rows of a table after a commit, by key; after the last one when none is named."""
        last = self.commits if commit is None else commit
        return (row for _, row in self._last(table, "commit_id <= ?", (last,)))

    def history(self, table: Table) -> Iterator[tuple[int, str, bool, Row]]:
        """The changes of a table, in the order in which they became visible: commit, operation, moved, row."""
        query = f'select * from {table.quoted} order by commit_id, "{table.key}"'  # noqa: S608 - a table's own names
        for commit, operation, moved, *row in self._connection.execute(query):
            yield commit, operation, bool(moved), tuple(row)

    def _last(self, table: Table, condition: str, values: tuple[object, ...]) -> Iterator[tuple[int, Row]]:
        query = f'select * from {table.quoted} where {condition} order by "{table.key}", commit_id desc'  # noqa: S608 - a table's own names
        seen = None
        for _, operation, _, *row in self._connection.execute(query, values):
            if row[0] != seen and operation != "D":
                yield row[0], tuple(row)
            seen = row[0]

    def _open(self, scale: int, seed: int) -> None:
        self._connection.execute("pragma synchronous = off")
        self._connection.execute("pragma cache_size = -32768")
        self._connection.execute("begin immediate")
        if not self._value("select count(*) from sqlite_master"):
            self._make(scale, seed)
        found = self._connection.execute("select scale, seed from about").fetchone()
        if found != (scale, seed):
            message = f"{self.file} is the history of scale {found[0]}, seed {found[1]}, not {scale} and {seed}."
            raise SourceError(message, mend="Give the same numbers, or begin another sample in another database.")

    def _make(self, scale: int, seed: int) -> None:
        for statement in (*_MADE, *(_ddl(table) for table in TABLES)):
            self._connection.execute(statement)
        self._connection.execute("create index due on payment (payment_date) where operation = 'I'")
        self._connection.execute("insert into about values (?, ?)", (scale, seed))

    def _value(self, query: str) -> int:
        with closing(self._connection.execute(query)) as found:
            return found.fetchone()[0]


def forget(file: Path) -> None:
    """Take away the history of a sample that is no more.

    Raises:
        SourceError: When the file is anything else.
    """
    if not file.exists():
        return
    with closing(sqlite3.connect(file)) as connection:
        try:
            tables = {name for (name,) in connection.execute("select name from sqlite_master")}
        except sqlite3.Error:
            tables = {str(file)}
    if tables and not {"about", "commits"} <= tables:
        message = f"{file} is in the place of the sample's history and is none."
        raise SourceError(message, mend="Move it away.")
    file.unlink()


def _ddl(table: Table) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in table.kinds.items())
    own = "commit_id integer not null, operation text not null, moved integer not null"
    return f'create table {table.quoted} ({own}, {columns}, primary key ("{table.key}", commit_id)) without rowid'
