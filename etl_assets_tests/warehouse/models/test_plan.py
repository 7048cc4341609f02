"""What a build goes by: the query, and the queries of its own checks."""

from pathlib import Path

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.checks import sql_check
from etl_assets.warehouse.models.declare import Table, View
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets_tests.warehouse.models.conftest import Shop

PRICES = Table(name="shop/marts/prices", key=("item",), checks=(sql_check("prices_are_known"),))
SOLD = Table(name="shop/marts/sold", key=("item",))
NEW_GOODS = (
    "insert into etl.builds values ('shop/staging/goods', 2, '', 0, 0, 0, 0, 0.0, timestamp '2026-01-01 00:00:00')"
)
CHECK = "-- Items without a price.\nselect i.item from shop_staging.items as i where i.price is null\n"


@pytest.fixture
def priced(shop: Shop) -> Shop:
    """A table with a check that reads another table."""
    shop.source("goods", "item text", "('a')")
    shop.source("items", "item text, price bigint", "('a', 1)")
    shop.write("shop/marts/prices", "-- One row per item.\nselect item from shop_staging.goods\n")
    shop.write("shop/checks/prices_are_known", CHECK)
    return shop


def found(report: BuildReport) -> int:
    """How many rows the check found."""
    return next(check.bad_rows for check in report.checks if check.name == "prices_are_known")


def test_a_check_is_asked_again_when_only_its_own_table_has_changed(priced: Shop) -> None:
    assert found(priced.build(PRICES)) == 0
    priced.source("items", "item text, price bigint", "('a', 1)", "('b', null)")
    report = priced.build(PRICES)
    assert (found(report), report.written) == (1, 0)
    assert found(priced.build(PRICES)) == 1


def test_a_check_is_asked_again_when_its_own_text_has_changed(priced: Shop) -> None:
    priced.build(PRICES)
    priced.write("shop/checks/prices_are_known", CHECK.replace("price is null", "price < 2"))
    assert found(priced.build(PRICES)) == 1


def test_what_a_model_reads_includes_what_its_checks_read(priced: Shop) -> None:
    reads = Plan.read(PRICES, priced.root).reads
    assert [table.key for table in reads] == ["shop/staging/goods", "shop/staging/items"]


def test_a_check_that_does_not_say_what_it_finds_is_refused(priced: Shop) -> None:
    priced.write("shop/checks/prices_are_known", CHECK.partition("\n")[2])
    with pytest.raises(DeclarationError, match=r"prices_are_known\.sql does not say what it checks"):
        build_model(priced.engine, PRICES, sql_root=priced.root)


def test_a_check_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"shop/checks/prices_are_known has no SQL"):
        Plan.read(PRICES, tmp_path)


@pytest.fixture
def seen_through(shop: Shop) -> Shop:
    """A table over a view over a view over goods."""
    shop.source("goods", "item text", "('a')")
    shop.write("shop/marts/listed", "-- One row per item.\nselect item from shop_staging.goods\n")
    shop.write("shop/marts/offered", "-- One row per item.\nselect item from shop_marts.listed\n")
    shop.write("shop/marts/sold", "-- One row per item.\nselect item from shop_marts.offered\n")
    for model in (View(name="shop/marts/listed"), View(name="shop/marts/offered"), SOLD):
        shop.build(model)
    return shop


def items(shop: Shop) -> list[str]:
    """What is sold."""
    return [row[0] for row in shop.rows("select item from shop_marts.sold order by item")]


def test_a_table_over_views_follows_what_they_read_though_no_view_is_built_again(seen_through: Shop) -> None:
    seen_through.run("insert into shop_staging.goods values ('b')", NEW_GOODS)
    assert seen_through.build(SOLD).inserted == 1
    assert items(seen_through) == ["a", "b"]
    assert seen_through.build(SOLD).written == 0


def test_a_table_follows_what_its_view_read_when_it_was_built_though_its_file_says_otherwise(
    seen_through: Shop,
) -> None:
    seen_through.write("shop/marts/offered", "-- One row per item.\nselect 'z' as item\n")
    seen_through.run("insert into shop_staging.goods values ('b')", NEW_GOODS)
    seen_through.build(SOLD)
    assert items(seen_through) == ["a", "b"]
    seen_through.build(View(name="shop/marts/offered"))
    seen_through.build(SOLD)
    assert items(seen_through) == ["z"]


def override(shop: Shop, key: str, text: str) -> None:
    """Write a file for the test's engine beside a model's."""
    (shop.root / f"{key}.{shop.engine.DIALECT.NAME}.sql").write_text(f"-- Items.\n{text}\n")


def test_an_override_that_has_changed_is_built(priced: Shop) -> None:
    for item in ("a", "b"):
        override(priced, "shop/marts/prices", f"select '{item}' as item")
        priced.build(PRICES)
        assert priced.rows("select item from shop_marts.prices") == [(item,)]


def test_a_checks_override_that_has_changed_is_asked(priced: Shop) -> None:
    for number in (1, 2):
        override(priced, "shop/checks/prices_are_known", f"select item from shop_staging.items where price = {number}")
        assert found(priced.build(PRICES)) == (1 if number == 1 else 0)


def test_an_override_that_cannot_be_read_is_refused_before_anything_is_built(priced: Shop) -> None:
    file = priced.root / f"shop/marts/prices.{priced.engine.DIALECT.NAME}.sql"
    file.write_text("select from where")
    with pytest.raises(DeclarationError, match=rf"{file.name} cannot be parsed"):
        priced.build(PRICES)
