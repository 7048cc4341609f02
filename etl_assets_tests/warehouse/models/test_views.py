"""What becomes of views when something that they read is made anew."""

from dataclasses import replace

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import WarehouseError
from etl_assets.schema import Column
from etl_assets.warehouse.models.declare import Table, View
from etl_assets_tests.warehouse.models.conftest import Shop

GOODS = Dataset(
    name="shop/staging/goods",
    columns=(Column("item"), Column("price", "bigint")),
    key=("item",),
    files=(FilePattern(pattern="goods*.csv"),),
)
LISTED, OFFERED = View(name="shop/marts/listed"), View(name="shop/marts/offered")
STOCK = Table(name="shop/marts/stock", key=("item",))


@pytest.fixture
def listed(shop: Shop) -> Shop:
    """A view over a view over goods, and a table over goods."""
    shop.load(GOODS, "goods.csv", "a,1")
    shop.write("shop/marts/listed", "-- Items.\nselect g.item, g.price from shop_staging.goods as g")
    shop.write("shop/marts/offered", "-- Items.\nselect l.item, l.price from shop_marts.listed as l")
    shop.write("shop/marts/stock", "-- Items.\nselect g.item, g.price from shop_staging.goods as g")
    shop.build(LISTED)
    shop.build(OFFERED)
    return shop


def offered(shop: Shop) -> list[tuple[object, ...]]:
    """What the uppermost view shows."""
    return list(shop.rows("select item, price from shop_marts.offered order by item"))


@pytest.mark.parametrize("columns", ["g.item, g.price, 1 as one", "g.price, g.item", "g.item, 5 as price"])
def test_a_view_that_another_reads_gets_other_columns(listed: Shop, columns: str) -> None:
    listed.write("shop/marts/listed", f"-- Items.\nselect {columns} from shop_staging.goods as g")
    listed.build(LISTED)
    listed.build(OFFERED)
    assert offered(listed) == [("a", 5 if "5" in columns else 1)]


def test_a_view_that_cannot_come_back_is_left_to_its_own_build(listed: Shop) -> None:
    listed.write("shop/marts/listed", "-- Items.\nselect g.item, g.price as cents from shop_staging.goods as g")
    listed.build(LISTED)
    with pytest.raises(WarehouseError, match="price"):
        listed.build(OFFERED)
    listed.write("shop/marts/offered", "-- Items.\nselect l.item, l.cents as price from shop_marts.listed as l")
    listed.build(OFFERED)
    assert offered(listed) == [("a", 1)]


def test_a_dataset_that_views_read_is_declared_otherwise(listed: Shop) -> None:
    wider = replace(GOODS, columns=(Column("item"), Column("colour"), Column("price", "bigint")))
    listed.load(wider, "goods2.csv", "b,red,2")
    assert offered(listed) == [("a", 1), ("b", 2)]


@pytest.mark.parametrize("price", ["cast(g.price as integer)", "cast(g.price as text)"])
def test_a_table_that_a_view_reads_gets_other_types(listed: Shop, price: str) -> None:
    listed.write("shop/marts/offered", "-- Items.\nselect s.item, s.price from shop_marts.stock as s")
    listed.build(STOCK)
    listed.build(OFFERED)
    listed.write("shop/marts/stock", f"-- Items.\nselect g.item, {price} as price from shop_staging.goods as g")
    listed.build(STOCK)
    listed.build(OFFERED)
    assert offered(listed) == [("a", "1" if "text" in price else 1)]


def test_a_view_that_becomes_a_table_does_not_write_to_what_it_read(listed: Shop) -> None:
    listed.run("create table shop_staging.bare (item text)", "insert into shop_staging.bare values ('a')")
    listed.write("shop/marts/stock", "-- Items.\nselect b.item from shop_staging.bare as b")
    listed.build(View(name=STOCK.name))
    listed.write("shop/marts/stock", "-- Items.\nselect 'z' as item")
    listed.build(STOCK)
    assert listed.rows("select item from shop_staging.bare") == [("a",)]
    assert listed.rows("select item from shop_marts.stock") == [("z",)]
    listed.build(View(name=STOCK.name))
    assert listed.rows("select item from shop_marts.stock") == [("z",)]


def test_a_persons_view_keeps_what_it_reads_from_being_made_anew(listed: Shop) -> None:
    if not listed.engine.DIALECT.VIEWS_BIND:
        pytest.skip("DuckDB does not know what a view reads.")
    listed.build(STOCK)
    listed.run("create schema mine", "create view mine.stock as select item from shop_marts.stock")
    listed.write("shop/marts/stock", "-- Items.\nselect g.item from shop_staging.goods as g")
    with pytest.raises(WarehouseError, match=r"stock has to be made anew, and the view mine\.stock, which is none of"):
        listed.build(STOCK)
    assert listed.rows("select item from mine.stock") == [("a",)]
