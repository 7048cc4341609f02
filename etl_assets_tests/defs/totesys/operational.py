"""The operational database of totesys in a real PostgreSQL, with the snapshots that were taken of the real one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow.parquet as pq
from psycopg import sql

from etl_assets.samples.totesys.schema import ENUMS, TABLES, Table, ddl

CENT: Final = Decimal("0.01")


@dataclass(frozen=True)
class Operational:
    """The database.

    Args:
        url: Its address; it is empty until its tables are made.
    """

    url: str

    def make(self) -> None:
        """Make the tables."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in (*map(ddl, ENUMS), *(table.postgres_ddl for table in TABLES)):
                connection.execute(statement.encode())

    def become(self, folder: Path) -> None:
        """Hold exactly the rows of a snapshot, which may lack tables."""
        with psycopg.connect(self.url) as connection:
            connection.execute("set constraints all deferred")
            names = sql.SQL(", ").join(sql.Identifier(table.name) for table in TABLES)
            connection.execute(sql.SQL("truncate {}").format(names))
            for table in TABLES:
                columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
                copy = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.name), columns)
                with connection.cursor().copy(copy) as written:
                    for row in snapshot_rows(table, folder):
                        written.write_row([snapshot_value(name, row[name]) for name in table.columns])

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def do(self, *statements: str) -> None:
        """Run statements in one transaction."""
        with psycopg.connect(self.url) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def snapshot_rows(table: Table, folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a table in the files of a snapshot."""
    if (file := folder / f"{table.name}.json").is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            yield json.loads(line, parse_float=Decimal)
    elif (file := folder / f"{table.name}.parquet").is_file():
        yield from pq.read_table(file).to_pylist()


def snapshot_value(name: str, value: object) -> object:
    """A value as the real database had it: the snapshots have money, and numbers that may be missing, as doubles."""
    if not isinstance(value, float):
        return value
    if name.endswith(("_price", "_amount")):
        return Decimal(repr(value)).quantize(CENT)
    return None if value != value else int(value)  # noqa: PLR0124 - NaN stands for a missing number
