"""Extracts while a storm blows: each version of a row that any extract's snapshot saw is in the warehouse, once."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from etl_assets.connectors.database.extract import extracting
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.postgres_reader import PostgresReader
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.defs.totesys.marts import fact_sales_order
from etl_assets.defs.totesys.tables import sales_order
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.samples.totesys import open_business
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets_tests.servers.postgres import Postgres
from etl_assets_tests.storm.record import Record, Row
from etl_assets_tests.storm.storm import Storm
from etl_assets_tests.storm.weather import Weather

BREEZE = Weather(quick=3, slow=6, commits=1_500, seconds=3.0, slow_seconds=(0.1, 0.6), pauses=0.1)
STORM = Weather()
HEEDING = SourceTable(dataset=sales_order.name, name="sales_order")
HEEDLESS = replace(HEEDING, look_back=timedelta(0), heeds_open=False)
BY_NUMBERS = replace(HEEDING, look_back=timedelta(milliseconds=100))
"""The look-back covers what lies between a row's time and its transaction's number, and no more."""
KEPT = """
select sales_order_id, created_at, last_updated, design_id, staff_id, counterparty_id, units_sold, unit_price,
    currency_id, cast(agreed_delivery_date as text), cast(agreed_payment_date as text), agreed_delivery_location_id
from totesys_staging.sales_order
"""
CURRENT = """
select sales_order_id, units_sold, unit_price from totesys_marts.fact_sales_order where is_current
"""


@dataclass(frozen=True)
class Followed:
    """What was seen while a storm blew.

    Args:
        snapshots: Those of the extracts, in order.
        watermarks: How far each of them came, in UTC.
    """

    lake: Lake
    snapshots: list[str] = field(default_factory=list)
    watermarks: list[datetime] = field(default_factory=list)

    def extract(self, source: PostgresSource, table: SourceTable) -> None:
        """Bring into the lake what is new."""
        with extracting(source, [table], self.lake) as taken, taken.snapshot.reader() as reader:
            assert isinstance(reader, PostgresReader)
            (told,) = taken.report.tables
            assert told.failure is None
            (snapshot,) = reader.connection.execute(b"select pg_current_snapshot()::text").fetchall()
            self.snapshots.append(*snapshot)
            if told.watermark:
                self.watermarks.append(told.watermark.replace(tzinfo=UTC))

    def follow(self, url: str, weather: Weather, table: SourceTable, *, every: float, role: str = "postgres") -> Record:
        """Let a storm blow, extract all the while as some role, and once more when it is over."""
        source = PostgresSource(url.replace("postgres@", f"{role}@"))
        with Storm(url, weather) as storm:
            while storm.blows:
                began = time.monotonic()
                self.extract(source, table)
                time.sleep(max(0.0, every - (time.monotonic() - began)))
        self.extract(source, table)
        return storm.record()


def versions(record: Record, snapshots: Sequence[str]) -> Counter[Row]:
    """The versions that the snapshots saw one after the other; a row that stayed as it was counts once."""
    before: dict[int, Row] = {}
    found: Counter[Row] = Counter()
    for snapshot in snapshots:
        now = record.state(snapshot)
        found.update(row for key, row in now.items() if before.get(key) != row)
        before = now
    return found


def kept(engine: Engine, lake: Lake) -> Counter[Row]:
    """The versions that a warehouse has, loaded from the lake."""
    load_dataset(engine, sales_order, lake)
    with engine.reading() as session:
        return Counter(tuple(row) for row in session.rows(KEPT))


def current(engine: Engine) -> dict[int, Row]:
    """Each order as the fact has it now, by its number."""
    build_model(engine, replace(fact_sales_order, checks=()))
    with engine.reading() as session:
        return {row[0]: tuple(row[1:]) for row in session.rows(CURRENT)}


@pytest.fixture
def business(postgres_server: Postgres) -> Iterator[str]:
    """An operational database of its own."""
    postgres_server.execute("create database stormy")
    url = postgres_server.url("stormy")
    open_business(url)
    yield url
    postgres_server.execute("drop database stormy with (force)")


def reader_of(url: str) -> str:
    """A role with nothing but SELECT."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (
            "drop owned by storm_reader",
            "drop role storm_reader",
            "create role storm_reader login",
            "grant select on all tables in schema public to storm_reader",
        ):
            with suppress(psycopg.errors.UndefinedObject):
                connection.execute(statement.encode())
    return "storm_reader"


def assert_nothing_lost(record: Record, followed: Followed, engine: Engine) -> None:
    """Hold staging against the snapshots, and the fact against the end."""
    expected, there = versions(record, followed.snapshots), kept(engine, followed.lake)
    assert (len(expected - there), len(there - expected)) == (0, 0)
    last = {key: (row[6], row[7]) for key, row in record.state().items()}
    assert current(engine) == last


def test_each_version_that_an_extract_saw_is_there_once(business: str, postgres_url: str, tmp_path: Path) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, BREEZE, HEEDING, every=0.1)
    assert record.straddling(followed.watermarks) >= 20
    for url in (f"duckdb:///{tmp_path / 'warehouse.duckdb'}", postgres_url):
        assert_nothing_lost(record, followed, open_engine(url))


def test_without_horizon_and_look_back_rows_are_lost(business: str, tmp_path: Path) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, BREEZE, HEEDLESS, every=0.1)
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    assert versions(record, followed.snapshots) - kept(engine, followed.lake)


def test_a_role_that_sees_no_other_s_transactions_loses_none_of_their_rows(business: str, tmp_path: Path) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, BREEZE, BY_NUMBERS, every=0.1, role=reader_of(business))
    assert record.straddling(followed.watermarks) >= 20
    assert_nothing_lost(record, followed, open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}"))


@pytest.mark.proof
def test_two_minutes_of_storm_lose_nothing_to_a_role_that_sees_no_other_s_transactions(
    business: str, tmp_path: Path
) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, STORM, BY_NUMBERS, every=1.0, role=reader_of(business))
    commits, straddling = len([*record.commits()]), record.straddling(followed.watermarks)
    print(f"{commits} commits, {straddling} of them over a watermark, {len(followed.snapshots)} extracts")  # noqa: T201 - proof
    assert commits >= 100_000
    assert straddling >= 1_000
    assert_nothing_lost(record, followed, open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}"))


@pytest.mark.proof
def test_two_minutes_of_storm_lose_nothing(business: str, postgres_url: str, tmp_path: Path) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, STORM, HEEDING, every=1.0)
    commits, straddling = len([*record.commits()]), record.straddling(followed.watermarks)
    print(f"{commits} commits, {straddling} of them over a watermark, {len(followed.snapshots)} extracts")  # noqa: T201 - proof
    assert commits >= 100_000
    assert straddling >= 1_000
    for url in (f"duckdb:///{tmp_path / 'warehouse.duckdb'}", postgres_url):
        assert_nothing_lost(record, followed, open_engine(url))


@pytest.mark.proof
def test_two_minutes_of_storm_lose_rows_without_horizon_and_look_back(business: str, tmp_path: Path) -> None:
    followed = Followed(open_lake(str(tmp_path / "lake")))
    record = followed.follow(business, STORM, HEEDLESS, every=1.0)
    engine = open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    lost = versions(record, followed.snapshots) - kept(engine, followed.lake)
    print(f"{len(lost)} versions lost")  # noqa: T201 - proof
    assert lost
