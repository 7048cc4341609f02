"""A table of orders in a real database, a zone of a lake, and what is in it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql

from etl_assets.connectors.database.extract import TableReport, extract_tables, landed_before
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.source import Source
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.lake.lake import Lake, open_lake

NO_LOOK_BACK = timedelta(0)
LONGER_THAN_A_SECOND = "select pg_sleep(1.01)"
"""After it the clock's whole second is a later one."""
CREATE = "create table orders (id int primary key, last_updated timestamp(3) not null, price numeric(10, 2))"


def orders(**options: Any) -> SourceTable:  # noqa: ANN401 - whatever a table declares
    return SourceTable(dataset="shop/staging/orders", name="orders", **options)


class Shop:
    """A PostgreSQL with a table of orders, and the zone that it is extracted into."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.source: Source = PostgresSource(url)
        with self.connect() as connection:
            connection.execute(CREATE)

    @property
    def zone(self) -> Lake:
        """A fresh look at the zone."""
        return open_lake(str(self.folder / "lake"))

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(self.url, autocommit=True)

    def do(self, *statements: str) -> None:
        """Run statements, each its own transaction."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(sql.SQL(statement))  # pyright: ignore[reportArgumentType] - composed by the tests

    def order(self, number: int, at: str, price: str = "1.00") -> None:
        """Write an order whose cursor is an expression."""
        self.do(
            f"insert into orders values ({number}, {at}, {price}) on conflict (id) do update"
            " set last_updated = excluded.last_updated, price = excluded.price"
        )

    def reader(self, *, connections: int = 3) -> PostgresSource:
        """The same by a role with nothing but SELECT, which is not told what others have open."""
        self.do(
            "do $$ begin create role reader login; exception when duplicate_object then null; end $$",
            "grant usage on schema public to reader",
            "grant select on all tables in schema public to reader",
        )
        return PostgresSource(self.url.replace("postgres@", "reader@"), connections=connections)

    def extract(self, table: SourceTable | None = None, source: Source | None = None) -> TableReport:
        """Extract one table; what stops it is raised."""
        (report,) = extract_tables(source or self.source, [table or orders()], self.zone).tables
        if report.failure:
            raise report.failure
        return report

    def landed(self, dataset: str = "shop/staging/orders") -> list[dict[str, Any]]:
        """Every landed row."""
        return landed_rows(self.zone, dataset)

    def ids(self) -> list[int]:
        """The landed orders, in order."""
        return [row["id"] for row in self.landed()]


def landed_rows(zone: Lake, dataset: str) -> list[dict[str, Any]]:
    """Every row that was landed of a table, in order."""
    manifests = landed_before(zone, dataset)
    return [row for each in manifests for part in zone.parts(each) for row in pq.read_table(part).to_pylist()]


def landed_types(zone: Lake, dataset: str) -> Mapping[str, pa.DataType]:
    """The types of the last batch."""
    schema = pq.read_schema(zone.parts(landed_before(zone, dataset)[-1])[0])
    return {field.name: field.type for field in schema}
