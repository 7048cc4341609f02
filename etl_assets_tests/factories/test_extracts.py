"""A database's tables as assets: one snapshot, a table that fails alone, any by themselves; from each source."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import dagster as dg
import psycopg
import pytest
from psycopg import sql

from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.database.tables import OBSERVED_COLUMNS, SourceTable
from etl_assets.datasets import Dataset
from etl_assets.factories.extracts import complete_extract, extracted_tables
from etl_assets.factories.metadata import asset_key
from etl_assets.factories.staging import staging_table
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.schema import Column
from etl_assets.urls import source_url
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.troubles import known

STAMP = Column("last_updated", "timestamp")


def table(name: str, *columns: Column) -> tuple[Dataset, SourceTable]:
    """A table of the shop whose first column is its key."""
    dataset = Dataset(
        name=f"shop/staging/{name}",
        description=f"The shop's {name}.",
        columns=(*columns, STAMP, *OBSERVED_COLUMNS),
        key=(columns[0].name,),
        extracted="changes",
        effective_at="changed_at",
        op="operation",
    )
    return dataset, SourceTable(dataset=dataset.name, name=name)


TABLES = (
    table("orders", Column("id", "bigint"), Column("price", "numeric(10,2)")),
    table("people", Column("id", "bigint"), Column("name")),
)
ASSETS = (extracted_tables(TABLES), complete_extract(TABLES), *(staging_table(dataset) for dataset, _ in TABLES))
RAW = ("shop/raw/source", "shop/raw/orders", "shop/raw/people")
MADE = (
    "create table orders (id integer primary key, price numeric(10, 2), last_updated timestamp(3) not null)",
    "create table people (id integer primary key, name text, last_updated timestamp(3) not null)",
    "insert into orders values (1, 9.50, '2024-01-01 10:00:00'), (2, 7.25, '2024-01-01 11:00:00')",
    "insert into people values (1, 'Ada', '2024-01-01 09:00:00')",
)


@dataclass(frozen=True)
class Source:
    """A shop's database, and the warehouse that is made of it."""

    url: str
    do: Callable[[str], None]
    folder: Path

    @property
    def lake(self) -> Lake:
        """A fresh look at the lake."""
        return open_lake(str(self.folder / "lake"))

    @property
    def engine(self) -> Engine:
        """Its warehouse."""
        return open_engine(f"duckdb:///{self.folder / 'warehouse.duckdb'}")

    def run(self, *keys: str, instance: dg.DagsterInstance | None = None) -> "Run":
        """Make assets: all of them, or some by their keys."""
        resources = {"warehouse": self.engine, "lake": self.lake, "sources": Sources({"shop": self.url})}
        with instance or dg.DagsterInstance.ephemeral() as kept:
            result = dg.materialize(
                ASSETS,
                resources=resources,
                instance=kept,
                raise_on_error=False,
                selection=dg.AssetSelection.assets(*map(asset_key, keys)) if keys else None,
            )
            return Run(result)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the warehouse holds."""
        with self.engine.reading() as session:
            return session.rows(query)


@dataclass(frozen=True)
class Run:
    """What became of a run."""

    result: dg.ExecuteInProcessResult

    @property
    def made(self) -> dict[str, dict[str, Any]]:
        """The assets that were made, each with what it says of itself."""
        events = (event for event in self.result.all_events if event.is_step_materialization)
        told = (event.step_materialization_data.materialization for event in events)
        return {
            one.asset_key.to_user_string(): {name: value.value for name, value in one.metadata.items()} for one in told
        }

    @property
    def failures(self) -> list[str]:
        """What the failed steps say."""
        events = (event.step_failure_data for event in self.result.all_events if event.is_step_failure)
        return [
            str(found.user_failure_data.description if found.user_failure_data else found.error) for found in events
        ]

    def refusals(self) -> dict[str, str]:
        """The tables that were not taken, and why."""
        found = self.result.get_asset_check_evaluations()
        return {one.asset_key.path[-1]: str(one.description) for one in found if not one.passed and one.description}


@pytest.fixture(params=["sqlite", "postgres"])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """A shop with two orders and a person."""
    if request.param == "sqlite":
        url = source_url("url", f"sqlite:///{tmp_path / 'shop.db'}")
        do: Callable[[str], None] = _sqlite(tmp_path / "shop.db")
    else:
        url = request.getfixturevalue("postgres_url")
        do = _postgres(url)
    for statement in MADE:
        do(statement)
    return Source(url, do, tmp_path)


def _sqlite(file: Path) -> Callable[[str], None]:
    def do(statement: str) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(statement)

    return do


def _postgres(url: str) -> Callable[[str], None]:
    def do(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(sql.SQL(statement))  # pyright: ignore[reportArgumentType] - composed by the tests

    return do


def test_all_tables_are_taken_from_one_snapshot_in_one_step_and_loaded(source: Source) -> None:
    run = source.run()
    assert run.result.success
    assert {name: run.made[name]["rows_landed"] for name in RAW} == dict(zip(RAW, (3, 2, 1), strict=True))
    assert source.rows("select id, price from shop_staging.orders order by id") == [
        (1, Decimal("9.50")),
        (2, Decimal("7.25")),
    ]
    taken = {each.extract.taken_at for name in ("orders", "people") for each in _batches(source, name) if each.extract}
    assert len(taken) == 1


def _batches(source: Source, name: str) -> Any:  # noqa: ANN401 - manifests
    return source.lake.manifests(f"shop/staging/{name}")


def test_an_asset_says_what_was_read_landed_and_how_far_it_has_come(source: Source) -> None:
    source.run()
    source.do("update orders set price = 8, last_updated = '2024-01-02 10:00:00' where id = 1")
    told = source.run().made["shop/raw/orders"]
    names = ("rows_landed", "dagster/row_count", "rows_problem", "batches", "catalogue_state")
    assert [told[name] for name in names] == [1, 3, 0, 2, 1]
    assert told["read_since"] == "2024-01-01 10:50:00.000 UTC"
    assert told["watermark"] == "2024-01-02 10:00:00.000 UTC"
    columns = {column.name: column for column in told["dagster/column_schema"].columns}
    assert (columns["price"].type.replace(" ", ""), columns["last_updated"].constraints.nullable) == (
        "numeric(10,2)",
        False,
    )


def test_a_page_shows_rows_that_were_landed(source: Source, tmp_path: Path) -> None:
    (tmp_path / "dagster").mkdir()
    told = source.run(instance=dg.DagsterInstance.local_temp(str(tmp_path / "dagster"))).made["shop/raw/people"]
    assert told["preview"].splitlines()[0].startswith("| id | name | last\\_updated |")
    assert "| 1 | Ada |" in told["preview"]


def test_nothing_new_is_said_and_loads_nothing(source: Source) -> None:
    source.run()
    run = source.run()
    assert run.result.success
    assert [run.made[name]["rows_landed"] for name in RAW] == [0, 0, 0]
    assert run.made["shop/staging/orders"]["rows_read"] == 0
    assert len(_batches(source, "orders")) == 1


def test_a_table_that_fails_fails_alone_by_name_and_the_others_go_on(source: Source) -> None:
    source.run()
    source.do("alter table people rename column name to called")
    source.do("insert into orders values (3, 1.00, '2024-01-03 10:00:00')")
    run = source.run()
    assert not run.result.success
    assert set(run.made) == {"shop/raw/source", "shop/raw/orders", "shop/staging/orders"}
    assert run.failures == ["1 table could not be extracted: shop/raw/people."]
    refused = run.refusals()["people"]
    assert refused.startswith("people has changed in the source: name is gone; called (text) is new.")
    assert "etl-assets catalogue accept shop/staging/people" in refused
    assert known(source.engine, "shop") == {"shop/raw/people": refused}
    source.do("alter table people rename column called to name")
    assert source.run().result.success
    assert known(source.engine, "shop") == {}


def test_some_tables_can_be_taken_by_themselves_and_one_that_fails_fails_the_step(source: Source) -> None:
    assert set(source.run("shop/raw/orders").made) == {"shop/raw/orders"}
    assert len(_batches(source, "people")) == 0
    source.do("drop table people")
    run = source.run("shop/raw/orders", "shop/raw/people")
    assert (run.result.success, set(run.made)) == (False, {"shop/raw/orders"})
    assert run.failures[0].startswith("The source has no table ")


def test_a_database_that_cannot_be_reached_fails_all_and_is_kept_until_it_can(source: Source, tmp_path: Path) -> None:
    nowhere = Source(f"sqlite:///{tmp_path / 'nowhere.db'}", source.do, source.folder)
    run = nowhere.run()
    assert (run.result.success, run.made) == (False, {})
    said = f"There is no database sqlite:///{tmp_path / 'nowhere.db'}. `etl-assets sample shop` makes one to try;"
    assert run.failures[0].startswith(said)
    assert set(known(source.engine, "shop")) == {"shop/raw/source"}
    assert source.run().result.success
    assert known(source.engine, "shop") == {}


def test_the_warehouse_is_not_written_for_an_extract_without_trouble(source: Source) -> None:
    assert source.run("shop/raw/source", "shop/raw/orders").result.success
    assert not source.engine.exists()


def test_what_changes_with_the_news_alone_is_its_version(source: Source) -> None:
    def version(run: Run) -> str | None:
        (event,) = [
            event
            for event in run.result.all_events
            if event.is_step_materialization and event.asset_key == asset_key("shop/raw/orders")
        ]
        return (event.step_materialization_data.materialization.tags or {}).get("dagster/data_version")

    first, second = version(source.run()), version(source.run())
    source.do("insert into orders values (3, 1.00, '2024-01-03 10:00:00')")
    assert first == second != version(source.run())
