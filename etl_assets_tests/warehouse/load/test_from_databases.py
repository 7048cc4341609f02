"""Three tables of an operational database, through the lake into staging: from each source, on each engine."""

import sqlite3
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.sqlite import SqliteSource
from etl_assets.defs.totesys.tables import TABLES
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset

PAIRS = [(dataset, table) for dataset, table in TABLES if table.name in {"address", "sales_order", "payment"}]
STAMPS = "created_at timestamp(3) not null, last_updated timestamp(3) not null"
ONCE = "'2024-01-01 10:00:00.123', '2024-01-01 10:00:00.123'"
LATER = "'2024-01-01 10:00:00.123', '2024-02-02 11:00:00.5'"
ADDRESS = (
    "create table address (address_id integer primary key, address_line_1 text not null, address_line_2 text,"
    " district text, city text not null, postal_code text not null, country text not null, phone text not null,"
    f" {STAMPS})"
)
SALES_ORDER = (
    f"create table sales_order (sales_order_id integer primary key, {STAMPS}, design_id integer not null,"
    " staff_id integer not null, counterparty_id integer not null, units_sold integer not null,"
    " unit_price numeric(10,2) not null, currency_id integer not null, agreed_delivery_date text not null,"
    " agreed_payment_date text not null, agreed_delivery_location_id integer not null)"
)
PAYMENT = (
    f"create table payment (payment_id integer primary key, {STAMPS}, transaction_id integer not null,"
    " counterparty_id integer not null, payment_amount numeric(10,2) not null, currency_id integer not null,"
    " payment_type_id integer not null, paid boolean not null, payment_date text not null,"
    " company_ac_number bigint not null, counterparty_ac_number bigint not null)"
)
ROWS = {
    "address": [
        f"1, 'Žlutá 1', 'NULL', 'None', 'São Paulo', '007', 'Brazil', '', {ONCE}",
        f"2, 'x', null, '', 'y', 'z', 'null', '1', {ONCE}",
    ],
    "sales_order": [
        f"1, {ONCE}, 1, 2, 3, 2147483647, 99999999.99, 1, '2024-02-29', '2024-03-01', 4",
        f"2, {ONCE}, 1, 2, 3, -1, 0.05, 1, '2024-02-30', '2024-03-01', 4",
        f"3, {ONCE}, 1, 2, 3, 0, 0, 1, '2024-01-01', '2024-01-01', 4",
    ],
    "payment": [
        f"1, {ONCE}, 1, 2, -0.05, 1, 1, true, '2024-02-29', 9223372036854775807, 2",
        f"2, {ONCE}, 1, 2, 7, 1, 1, false, '2024-02-29', 1, 2",
    ],
}
FILLED = [f"insert into {name} values ({row})" for name, rows in ROWS.items() for row in rows]
CHANGED = (
    "update sales_order set unit_price = 1.5, last_updated = '2024-02-02 11:00:00.5' where sales_order_id = 1",
    f"insert into sales_order values (4, {LATER}, 1, 2, 3, 4, 5, 6, '2024-01-01', '2024-01-01', 7)",
)
AT = datetime(2024, 1, 1, 10, 0, 0, 123000)  # noqa: DTZ001 - UTC without a zone
THEN = datetime(2024, 2, 2, 11, 0, 0, 500000)  # noqa: DTZ001 - as above


class Database:
    """An operational database, the lake that it goes into, and the warehouse."""

    def __init__(self, place: Path | str, engine: Engine, lake: Lake) -> None:
        self.place = place
        self.source = SqliteSource(place) if isinstance(place, Path) else PostgresSource(place)
        self.engine = engine
        self.lake = lake

    def do(self, *statements: str) -> None:
        """Run statements, each its own transaction."""
        if isinstance(self.place, Path):
            with sqlite3.connect(self.place) as file:
                for statement in statements:
                    file.execute(statement)
            file.close()
        else:
            with psycopg.connect(self.place, autocommit=True) as connection:
                for statement in statements:
                    connection.execute(statement.encode())

    def brought(self) -> dict[str, LoadReport]:
        """Extract and load: what came of each table."""
        extract_tables(self.source, [table for _, table in PAIRS], self.lake)
        return {table.name: load_dataset(self.engine, dataset, self.lake) for dataset, table in PAIRS}

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return list(session.rows(query))


@pytest.fixture(params=["from postgres", "from sqlite"])
def database(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Database:
    """One with three filled tables."""
    is_file = request.param == "from sqlite"
    place = tmp_path / "totesys.db" if is_file else request.getfixturevalue("postgres_url")
    database = Database(place, engine, open_lake(str(tmp_path / "lake")))
    database.do(ADDRESS, SALES_ORDER, PAYMENT, *FILLED)
    return database


def test_each_value_arrives_or_is_held_back_by_name(database: Database) -> None:
    reports = database.brought()
    assert {name: (r.total("loaded"), r.total("quarantined")) for name, r in reports.items()} == {
        "address": (2, 0),
        "sales_order": (2, 1),
        "payment": (2, 0),
    }
    assert database.rows(
        "select address_id, address_line_1, address_line_2, district, postal_code, country, phone,"
        " created_at, effective_at, op from totesys_staging.address order by 1"
    ) == [
        (1, "Žlutá 1", None, None, "007", "Brazil", "", AT, AT, "U"),
        (2, "x", None, None, "z", "null", "1", AT, AT, "U"),
    ]
    assert database.rows(
        "select sales_order_id, units_sold, unit_price, agreed_delivery_date"
        " from totesys_staging.sales_order order by 1"
    ) == [(1, 2147483647, Decimal("99999999.99"), date(2024, 2, 29)), (3, 0, Decimal("0.00"), date(2024, 1, 1))]
    assert database.rows(
        "select payment_id, payment_amount, paid, company_ac_number from totesys_staging.payment order by 1"
    ) == [(1, Decimal("-0.05"), True, 9223372036854775807), (2, Decimal("7.00"), False, 1)]
    assert database.rows("select path, column_name, value, reason from etl.quarantine") == [
        ("sales_order/00000001", "agreed_delivery_date", "2024-02-30", "no such date")
    ]


def test_only_what_has_changed_is_brought_and_nothing_when_nothing_has(database: Database) -> None:
    database.brought()
    assert [report.load_number for report in database.brought().values()] == [0, 0, 0]
    database.do(*CHANGED)
    reports = database.brought()
    assert {name: report.total("loaded") for name, report in reports.items()} == {
        "address": 0,
        "sales_order": 2,
        "payment": 0,
    }
    query = "select sales_order_id, unit_price, effective_at from totesys_staging.sales_order order by 1, 3"
    assert database.rows(query) == [
        (1, Decimal("99999999.99"), AT),
        (1, Decimal("1.50"), THEN),
        (3, Decimal("0.00"), AT),
        (4, Decimal("5.00"), THEN),
    ]
