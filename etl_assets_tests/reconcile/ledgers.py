"""A table of bookings in a database, and a warehouse that is made of it."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from etl_assets.connectors.database.address import open_source
from etl_assets.connectors.database.tables import OBSERVED_COLUMNS, SourceTable
from etl_assets.datasets import Dataset
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.reconcile import ReconcileReport, TableCompared, reconcile
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine, open_engine

NAME = "shop/staging/bookings"
COLUMNS = (
    Column("id", "bigint", nullable=False),
    Column("last_updated", "timestamp", nullable=False),
    Column("amount", "numeric(10,2)"),
    Column("note", null_texts=("", "NULL")),
    Column("due_on", "date"),
)
CREATE = (
    "create table bookings (id {key} primary key, last_updated timestamp(3) not null,"
    " amount numeric(10, 2), note text, due_on text)"
)
LONG_AGO = "2024-01-01 10:00:00.000"


def dataset_of(columns: Sequence[Column], key: Sequence[str] = ("id",), name: str = NAME) -> Dataset:
    """A dataset that is extracted."""
    declared = (*columns, *OBSERVED_COLUMNS)
    return Dataset(
        name=name, columns=declared, key=tuple(key), extracted="changes", effective_at="changed_at", op="operation"
    )


BOOKINGS = dataset_of(COLUMNS)
TABLE = SourceTable(dataset=NAME, name="bookings")


@dataclass
class Books:
    """A source, a lake and a warehouse.

    Args:
        url: The source's address.
        warehouse: The warehouse's.
        folder: Where the lake is.
    """

    url: str
    warehouse: str
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        """Whether the source is a file."""
        return self.url.startswith("sqlite")

    @property
    def engine(self) -> Engine:
        """The warehouse."""
        return open_engine(self.warehouse)

    @property
    def lake(self) -> Lake:
        """A fresh look at the lake."""
        return open_lake(str(self.folder / "lake"))

    def make(self) -> "Books":
        """Make the table."""
        return self.do(CREATE.format(key="integer" if self.is_sqlite else "int"))

    def do(self, *statements: str) -> "Books":
        """Run statements against the source, each its own transaction."""
        if self.is_sqlite:
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
            with connection:
                for statement in statements:
                    connection.execute(statement)
            connection.close()
            return self
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())
        return self

    def put(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows."""
        listed = [tuple(row) for row in rows]
        if self.is_sqlite:
            connection = sqlite3.connect(self.url.removeprefix("sqlite:///"))
            with connection:
                marks = ", ".join("?" * len(listed[0]))
                connection.executemany(f"insert into {table} values ({marks})", listed)
            connection.close()
            return
        with (
            psycopg.connect(self.url, autocommit=True) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"copy {table} from stdin".encode()) as copy,
        ):
            for row in listed:
                copy.write_row(row)

    def compare(self, dataset: Dataset = BOOKINGS, table: SourceTable = TABLE, **options: Any) -> TableCompared:  # noqa: ANN401 - those of reconcile
        """Compare the table; what stops it is raised."""
        (found,) = self.report([(dataset, table)], **options).tables
        if found.failure:
            raise found.failure
        return found

    def report(self, pairs: Sequence[tuple[Dataset, SourceTable]], **options: Any) -> ReconcileReport:  # noqa: ANN401 - as above
        """Compare tables."""
        return reconcile(open_source(self.url), self.engine, self.lake, pairs, **options)

    def tamper(self, *statements: str) -> None:
        """Run statements against the warehouse."""
        with self.engine.writing() as session:
            for statement in statements:
                session.run(statement)
