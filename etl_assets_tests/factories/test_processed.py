"""Marts in the processed zone as assets."""

import dagster as dg
import pyarrow.parquet as pq
import pytest

from etl_assets.factories.models import model_asset
from etl_assets.factories.processed import processed_asset
from etl_assets.warehouse.models.declare import Table
from etl_assets_tests.factories.conftest import Shop

PRICES = Table(name="shop/marts/prices", key=("item",))
KEY = dg.AssetKey(["shop", "processed", "prices"])


@pytest.fixture
def priced(shop: Shop) -> Shop:
    """A shop with two items, and the SQL of their prices."""
    shop.write("shop/marts/prices", "-- One row per item.\nselect i.item, i.price from shop_staging.items as i\n")
    with shop.engine.writing() as session:
        session.run("create schema shop_staging")
        session.run("create table shop_staging.items (item text, price numeric(10,2))")
        session.run("insert into shop_staging.items values ('a', 1.5), ('b', 20)")
    return shop


def test_it_follows_its_mart(priced: Shop) -> None:
    spec = processed_asset(PRICES, sql_root=priced.sql).specs_by_key[KEY]
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["shop/marts/prices"]
    assert (spec.kinds, spec.tags["layer"]) == ({"parquet"}, "processed")


def test_it_writes_the_rows_as_they_are_and_says_where(priced: Shop) -> None:
    mart = model_asset(PRICES, sql_root=priced.sql)
    made = priced.make(mart, processed_asset(PRICES, sql_root=priced.sql))
    metadata = made.metadata("shop/processed/prices")
    assert (metadata["rows_written"], metadata["is_whole"]) == (2, True)
    (file,) = (priced.folder / "processed").rglob("*.parquet")
    assert str(file.relative_to(priced.folder / "processed")) in metadata["files"]
    rows = pq.read_table(file).to_pylist()
    assert sorted((row["item"], str(row["price"])) for row in rows) == [("a", "1.50"), ("b", "20.00")]


def test_with_nothing_new_it_writes_nothing(priced: Shop) -> None:
    assets = model_asset(PRICES, sql_root=priced.sql), processed_asset(PRICES, sql_root=priced.sql)
    priced.make(*assets)
    assert priced.make(*assets).metadata("shop/processed/prices")["rows_written"] == 0
    assert len([*(priced.folder / "processed").rglob("*.parquet")]) == 1
