"""The sample in a PostgreSQL: bulk by COPY, and days as they come, with transactions that are open at one time."""

import json
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Self

import psycopg  # noqa: TID253 - this module is itself imported only when PostgreSQL is used
from psycopg import sql  # noqa: TID253 - as above

from etl_assets.errors import SourceError
from etl_assets.samples.totesys.changes import Commit, Net, net
from etl_assets.samples.totesys.schema import ENUMS, INDEXES, TABLES, ddl
from etl_assets.samples.totesys.target import Mark
from etl_assets.urls import shown_url, without_secrets

_THERE: Final = """
select case when n.nspname = current_schema() then c.relname else n.nspname || '.' || c.relname end
from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
"""
_Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresTarget:
    """An open database; whose sample it is stands in the comment of its first table.

    Args:
        url: Where it is.

    Raises:
        SourceError: When it cannot be reached.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connections: list[_Connection] = []
        self._free: list[_Connection] = []
        self._main = self._connected()

    def __enter__(self) -> Self:
        """The database."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections; what they did not commit is not done."""
        for connection in self._connections:
            connection.close()

    def mark(self) -> Mark | None:
        """What it holds of a sample."""
        query = "select obj_description(to_regclass(%s), 'pg_class')"
        with self._transaction() as connection:
            found = connection.execute(query, (TABLES[0].name,)).fetchone()
        return Mark.read(found[0]) if found else None

    def tables(self) -> Collection[str]:
        """The tables and views that are there, in whichever schema."""
        with self._transaction() as connection:
            return [str(name) for (name,) in connection.execute(_THERE)]

    def counts(self) -> dict[str, int]:
        """How many rows each table of the sample has."""
        with self._transaction() as connection:
            counted = ((table.name, connection.execute(table.count.encode())) for table in TABLES)
            return {name: int(row[0]) for name, found in counted for row in found}

    def make(self, mark: Mark) -> None:
        """Make the types, tables and indexes, empty."""
        with self._transaction() as connection:
            tables = [table.postgres_ddl for table in TABLES]
            for statement in (*map(ddl, ENUMS), *tables, *map(ddl, INDEXES)):
                connection.execute(statement.encode())
            _put_mark(connection, mark)

    def write(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write commits in one transaction."""
        with self._transaction() as connection:
            _put(connection, commits)
            _put_mark(connection, mark)

    def live(self, commits: Sequence[Commit], mark: Mark) -> None:
        """Write a day's commits one by one; a long one is open from when it began until it is committed."""
        first = mark.commit - len(commits) + 1
        begun: dict[int, _Connection] = {}
        with self._named():
            for _, is_end, place in _steps(commits):
                if not is_end:
                    begun[place] = self._free.pop() if self._free else self._connected()
                    _put(begun[place], [commits[place]])
                    continue
                connection = begun.pop(place, self._main)
                if connection is self._main:
                    _put(connection, [commits[place]])
                else:
                    self._free.append(connection)
                _put_mark(connection, Mark(mark.scale, mark.seed, first + place))
                connection.commit()

    @contextmanager
    def _transaction(self) -> Generator[_Connection]:
        with self._named(), self._main.transaction():
            yield self._main

    @contextmanager
    def _named(self) -> Generator[None]:
        """Errors of the server, with its address and without its secrets."""
        try:
            yield
        except psycopg.Error as error:
            message = f"The database {shown_url(self._url)} refuses the sample: {self._said(error)}."
            raise SourceError(message, mend="Let its user create types and tables, and write.") from error

    def _connected(self) -> _Connection:
        try:
            connection = psycopg.connect(self._url, application_name="etl-assets sample", connect_timeout=10)
        except psycopg.Error as error:
            message = f"The database {shown_url(self._url)} cannot be reached: {self._said(error)}."
            mend = "Check ETL_TOTESYS_URL or --url, and that the server accepts connections."
            raise SourceError(message, mend=mend) from error
        self._connections.append(connection)
        return connection

    def _said(self, error: psycopg.Error) -> str:
        text = without_secrets(str(error), self._url).strip()
        return (text.splitlines() or [type(error).__name__])[0].rstrip(".")


def _steps(commits: Sequence[Commit]) -> list[tuple[str, bool, int]]:
    """What begins and what is committed when, in order."""
    begins = [(commit.began_at, False, place) for place, commit in enumerate(commits) if commit.is_long]
    return sorted([*begins, *((commit.committed_at, True, place) for place, commit in enumerate(commits))])


def _put(connection: _Connection, commits: Sequence[Commit]) -> None:
    nets = net(change for commit in commits for change in commit.changes)
    for part in nets:
        _insert(connection, part)
    for part in nets:
        _update(connection, part)
    for part in reversed(nets):
        if part.deleted:
            statement = f'delete from {part.table.quoted} where "{part.table.key}" = any(%s)'  # noqa: S608 - a table's own names
            connection.execute(statement.encode(), (part.deleted,))


def _insert(connection: _Connection, part: Net) -> None:
    statement = f"copy {part.table.quoted} ({part.table.listed}) from stdin"
    if part.inserted:
        with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for row in part.inserted:
                copy.write_row(row)


def _update(connection: _Connection, part: Net) -> None:
    if not part.updated:
        return
    name, columns = part.table.quoted, part.table.columns
    puts = ", ".join(f'"{column}" = becomes."{column}"' for column in columns[1:])
    statement = (
        f"update {name} as now set {puts} from json_populate_recordset(null::{name}, %s) as becomes"  # noqa: S608 - a table's own names
        f' where now."{columns[0]}" = becomes."{columns[0]}"'
    )
    rows = json.dumps([dict(zip(columns, row, strict=True)) for row in part.updated])
    connection.execute(statement.encode(), (rows,))


def _put_mark(connection: _Connection, mark: Mark) -> None:
    text, name = sql.Literal(str(mark)), sql.Identifier(TABLES[0].name)
    connection.execute(sql.SQL("comment on table {} is {}").format(name, text))
