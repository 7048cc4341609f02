"""The sample of totesys in a folder or on a server, and what its database holds, in one form for both."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

import psycopg

from etl_assets.samples.totesys import write_totesys
from etl_assets.samples.totesys.book import Book
from etl_assets.samples.totesys.report import TotesysReport
from etl_assets.samples.totesys.schema import TABLES, Table

Row = tuple[object, ...]


@dataclass(frozen=True)
class Business:
    """One sample.

    Args:
        url: Its database.
        history: The file of its history.
    """

    url: str
    history: Path

    @classmethod
    def opened(cls, folder: Path, url: str | None = None) -> Self:
        """A business that is not there yet: its history in a folder, and its database if it has no other URL."""
        return cls(url or f"sqlite:///{folder / 'totesys.db'}", folder / "totesys_history.db")

    @property
    def file(self) -> Path:
        """The database's file."""
        return Path(self.url.removeprefix("sqlite:///"))

    def write(self, days: int, **options: int) -> TotesysReport:
        """Write it up to so many days behind its first two years."""
        return write_totesys(self.url, self.history, days=days, **options)

    def lived(self, days: int) -> Self:
        """The same, written."""
        self.write(days)
        return self

    def copied(self, folder: Path) -> Self:
        """A copy that may go on by itself."""
        copy = type(self).opened(folder)
        shutil.copy(self.file, copy.file)
        shutil.copy(self.history, copy.history)
        return copy

    def book(self) -> Book:
        """Its history, open."""
        return Book(self.history, scale=1, seed=1)

    def query(self, query: str) -> list[Row]:
        """What its database answers."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.file)) as connection:
                return [*connection.execute(query)]
        with psycopg.connect(self.url) as connection:
            return [*connection.execute(query.encode())]

    def rows(self, table: Table) -> list[Row]:
        """A table by key, each value as the history has it."""
        money = {table.columns.index(name) for name in table.columns if name.endswith(("_price", "_amount"))}
        found = self.query(f'select {table.listed} from "{table.name}" order by 1')
        return [tuple(_plain(value, is_money=place in money) for place, value in enumerate(row)) for row in found]

    def dump(self) -> tuple[list[str], list[str]]:
        """Everything that is in both files."""
        with closing(sqlite3.connect(self.file)) as rows, closing(sqlite3.connect(self.history)) as changes:
            return [*rows.iterdump()], [*changes.iterdump()]

    def differs(self) -> list[str]:
        """The tables whose rows are not what the history says."""
        with self.book() as book:
            return [table.name for table in TABLES if [*book.state(table)] != self.rows(table)]


def _plain(value: Any, *, is_money: bool) -> object:  # noqa: ANN401 - what a driver returns
    if is_money:
        return f"{Decimal(str(value)):.2f}"
    if isinstance(value, datetime):
        return value.isoformat(" ", "milliseconds")
    return int(value) if isinstance(value, bool) else value
