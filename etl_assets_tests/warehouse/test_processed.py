"""The processed zone: the last batch that has a key says all there is of it, whatever came between."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from etl_assets import failpoints
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.failpoints import FailpointReached
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import Manifest
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import Model, Table, Type2
from etl_assets.warehouse.processed import ProcessedReport, processed_key, write_processed
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.staff import DEPARTMENTS, DIM, STAFF, staffed

ORDERS = Dataset(
    name="shop/staging/orders",
    columns=(Column("id", "bigint"), Column("units", "bigint"), Column("price", "numeric(10,2)"),
             Column("told_at", "timestamp"), Column("op")),
    key=("id",),
    files=(FilePattern(pattern="orders*.csv", meaning="changes"),),
    effective_at="told_at",
    op="op",
)  # fmt: skip
FACT = Type2(name="shop/marts/fact_orders", key=("id",), entity="order_record", tracked=("units", "price"))
TOTALS = Table(name="shop/marts/totals", key=("id",))
TWICE = """select o.id, 2 * o.units as units, o.price, o.effective_at, o.sequence, o.op
from shop_staging.orders as o
"""
FIRST = ("1,10,1.50,2024-01-01 00:00:00,U", "2,20,2.50,2024-01-02 00:00:00,U", "3,30,9.99,2024-01-03 00:00:00,U")


class Sold:
    """A shop with orders, and its processed zone."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.zone = open_lake(str(shop.root.parent / "processed"))
        shop.write(FACT.name, "-- One row per version.\nselect o.* from shop_staging.orders as o\n")
        shop.write(TOTALS.name, "-- One row per order.\nselect o.id, max(o.units) as units\n"
                                "from shop_staging.orders as o group by o.id\n")  # fmt: skip
        self.load("orders_1.csv", *FIRST)

    def load(self, file: str, *lines: str) -> None:
        """Let changes arrive, load and build them."""
        self.shop.load(ORDERS, file, *lines)
        self.shop.build(FACT)

    def write(self, model: Model = FACT, zone: Lake | None = None) -> ProcessedReport:
        """Bring what is new into the zone."""
        return write_processed(self.shop.engine, model, zone or self.zone, sql_root=self.shop.root)

    def batches(self, model: Model = FACT) -> list[Manifest]:
        """The zone's manifests of a table, in order."""
        found = self.zone.manifests(processed_key(model.table))
        return sorted(found, key=lambda one: one.processed.number if one.processed else 0)

    def told(self) -> set[tuple[Any, ...]]:
        """The rows of each key as the last batch that has it says."""
        found: dict[int, list[tuple[Any, ...]]] = {}
        for batch in self.batches():
            rows = [row for part in self.zone.parts(batch) for row in pq.read_table(part).to_pylist()]
            if batch.processed and batch.processed.is_whole:
                found.clear()
            found |= _by_key(rows)
        return {row for rows in found.values() for row in rows}

    def there(self) -> set[tuple[Any, ...]]:
        """The rows of the table."""
        return {tuple(row) for row in self.shop.rows("select * from shop_marts.fact_orders")}


def _by_key(rows: Iterable[dict[str, Any]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(tuple(row.values()))
    return found


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    """A warehouse with no model yet."""
    return Shop(engine, tmp_path / "sql")


@pytest.fixture
def sold(shop: Shop) -> Sold:
    """Three orders."""
    return Sold(shop)


def test_the_first_batch_is_the_whole_table(sold: Sold) -> None:
    report = sold.write()
    assert (report.rows, report.is_whole) == (4, True)
    assert sold.told() == sold.there()


def test_nothing_new_is_no_batch(sold: Sold) -> None:
    sold.write()
    sold.shop.build(FACT)
    assert sold.write() == ProcessedReport()
    assert len(sold.batches()) == 1


def test_a_batch_has_every_version_of_the_keys_that_loads_have_touched_and_no_others(sold: Sold) -> None:
    sold.write()
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U", "4,1,0.01,2024-02-01 00:00:00,U")
    sold.load("orders_3.csv", "2,22,2.50,2024-03-01 00:00:00,U")
    report = sold.write()
    assert (report.rows, report.is_whole) == (4, False)
    assert sold.told() == sold.there()


def test_the_end_of_a_key_is_told(sold: Sold) -> None:
    sold.write()
    sold.load("orders_2.csv", "3,,,2024-02-01 00:00:00,D")
    assert sold.write().rows == 1
    assert sold.told() == sold.there()


def test_rows_that_have_gone_are_told_by_the_whole_table(sold: Sold) -> None:
    sold.load("orders_2.csv", "1,11,1.50,2024-03-01 00:00:00,U")
    sold.write()
    sold.load("orders_3.csv", "1,11,1.50,2024-02-01 00:00:00,U", "1,11,1.50,2024-01-01 00:00:00,U")
    assert sold.write().is_whole
    assert sold.told() == sold.there()


def test_a_warehouse_that_was_made_anew_is_told_whole(sold: Sold) -> None:
    sold.write()
    sold.shop.run("update etl.builds set built_at = timestamp '2001-01-01 00:00:00'")
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U")
    assert sold.write().is_whole


def test_what_another_build_has_changed_is_told_by_the_whole_table(sold: Sold) -> None:
    sold.write()
    sold.shop.run(
        "insert into etl.builds select model, version + 1, definition, rows_now, 0, 0, 0, 0.0, built_at from etl.builds"
    )
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U")
    assert sold.write().is_whole


def test_another_definition_is_told_whole(sold: Sold) -> None:
    sold.write()
    sold.shop.write(FACT.name, f"-- One row per version.\n{TWICE}")
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U")
    assert sold.write().is_whole
    assert sold.told() == sold.there()


def test_a_dimension_that_looks_others_up_is_told_whole(shop: Shop) -> None:
    staffed(shop)
    zone = open_lake(str(shop.root.parent / "processed"))
    write_processed(shop.engine, DIM, zone, sql_root=shop.root)
    shop.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    shop.load(STAFF, "staff2.csv", "b,Rob,d2,2020-02-05 00:00:00,U")
    shop.build(DIM)
    report = write_processed(shop.engine, DIM, zone, sql_root=shop.root)
    assert (report.rows, report.is_whole) == (5, True)


def test_a_table_without_versions_is_told_whole_whenever_it_is_another_one(sold: Sold) -> None:
    sold.shop.build(TOTALS)
    assert sold.write(TOTALS).rows == 3
    assert sold.write(TOTALS) == ProcessedReport()
    sold.load("orders_2.csv", "1,99,1.50,2024-02-01 00:00:00,U")
    sold.shop.build(TOTALS)
    assert sold.write(TOTALS).rows == 3


def test_a_table_that_was_never_built_has_no_batch(shop: Shop) -> None:
    shop.write(TOTALS.name, "-- One row per order.\nselect o.id from shop_staging.orders as o\n")
    zone = open_lake(str(shop.root.parent / "processed"))
    assert write_processed(shop.engine, TOTALS, zone, sql_root=shop.root) == ProcessedReport()


def test_of_two_runs_at_once_one_commits(sold: Sold) -> None:
    class Stale(Lake):
        def manifests(self, dataset: str) -> tuple[Manifest, ...]:
            del dataset
            return ()

    sold.write()
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U")
    assert sold.write(zone=Stale(sold.zone.storage)) == ProcessedReport()
    assert len(sold.batches()) == 1


@pytest.mark.parametrize("place", ["processed.before_manifest", "processed.after_manifest"])
def test_a_run_that_ends_in_between_and_is_run_again_is_one_that_does_not(
    sold: Sold, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sold.write()
    sold.load("orders_2.csv", "2,21,2.50,2024-02-01 00:00:00,U")
    monkeypatch.setattr(failpoints, "_passed", Counter[str]())
    monkeypatch.setenv("ETL_FAILPOINT", f"{place}:raise")
    with pytest.raises(FailpointReached):
        sold.write()
    monkeypatch.delenv("ETL_FAILPOINT")
    sold.write()
    assert [batch.rows for batch in sold.batches()] == [4, 2]
    assert sold.told() == sold.there()


def test_a_person_finds_the_files(sold: Sold, tmp_path: Path) -> None:
    sold.write()
    found = [path.relative_to(tmp_path).parts[:4] for path in (tmp_path / "processed").rglob("*.parquet")]
    assert [parts[:4] for parts in found] == [("processed", "shop", "fact_orders", "data")]
