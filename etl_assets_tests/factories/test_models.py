"""Models and reports as assets."""

import dagster as dg
import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import DeclarationError
from etl_assets.factories.models import model_asset
from etl_assets.factories.reports import Export, report
from etl_assets.schema import Column
from etl_assets.warehouse.delimited import Delimited
from etl_assets.warehouse.models.checks import not_null, sql_check
from etl_assets.warehouse.models.declare import Table, View
from etl_assets_tests.factories.conftest import Shop

ITEMS = Dataset(
    name="shop/staging/items",
    columns=(Column("item", description="Its number."), Column("price", "bigint")),
    key=("item",),
    files=(FilePattern(pattern="items.csv"),),
)
PRICES = Table(name="shop/marts/prices", key=("item",), checks=(not_null("price"), sql_check("prices_are_low")))
KEY = dg.AssetKey(["shop", "marts", "prices"])


@pytest.fixture
def priced(shop: Shop) -> Shop:
    """A shop with two items, and the SQL of their prices."""
    shop.write(
        "shop/marts/prices",
        "-- One row per item.\n-- Grain: item.\nselect\n    i.item,\n    i.price,\n"
        "    i.price * 2 as twice -- Twice the price.\nfrom shop_staging.items as i\n",
    )
    low = "-- Items that cost too much.\nselect p.item from shop_marts.prices as p where p.price > 9\n"
    cheap = "-- Cheap items.\nselect p.item, p.price from shop_marts.prices as p where p.price < 9\n"
    shop.write("shop/checks/prices_are_low", low)
    shop.write("shop/reports/cheap", cheap)
    with shop.engine.writing() as session:
        session.run("create schema shop_staging")
        session.run("create table shop_staging.items (item text, price bigint)")
        session.run("insert into shop_staging.items values ('a', 1), ('b', 20)")
    return shop


def asset(shop: Shop) -> dg.AssetsDefinition:
    return model_asset(PRICES, datasets=[ITEMS], sql_root=shop.sql)


def test_an_asset_depends_on_what_its_sql_reads_and_says_what_it_says(priced: Shop) -> None:
    spec = asset(priced).specs_by_key[KEY]
    assert [dep.asset_key.to_user_string() for dep in spec.deps] == ["shop/staging/items"]
    assert spec.description == "One row per item. Grain: item."
    assert (spec.kinds, spec.tags["layer"]) == ({"duckdb", "sql", "table"}, "marts")
    assert spec.metadata["dagster/table_name"] == "shop_marts.prices"
    (reference,) = spec.metadata["dagster/code_references"].code_references
    assert (reference.file_path, reference.label) == (str(priced.sql / "shop/marts/prices.sql"), "prices.sql")
    assert (spec.metadata["sql"].value or "").startswith("```sql\n-- One row per item.\n-- Grain: item.\nselect\n")


def test_its_checks_are_asset_checks_with_descriptions_and_block_or_not(priced: Shop) -> None:
    specs = {spec.name: spec for spec in asset(priced).check_specs}
    assert {name: spec.blocking for name, spec in specs.items()} == {
        "item_is_unique": True,
        "price_is_not_null": True,
        "prices_are_low": False,
    }
    assert specs["prices_are_low"].description == "Items that cost too much."
    assert specs["item_is_unique"].description == "No two rows have the same item."


def test_a_build_says_what_it_wrote_and_what_its_columns_are(priced: Shop) -> None:
    metadata = priced.make(asset(priced), seen=True).metadata("shop/marts/prices")
    names = ("dagster/row_count", "rows_inserted", "rows_updated", "rows_deleted", "rows_written", "rows_repointed")
    assert [metadata[name] for name in names] == [2, 2, 0, 0, 2, 0]
    columns = {column.name: (column.type, column.description) for column in metadata["dagster/column_schema"].columns}
    assert columns == {
        "item": ("VARCHAR", "Its number."),
        "price": ("BIGINT", None),
        "twice": ("BIGINT", "Twice the price."),
    }
    lineage = metadata["dagster/column_lineage"].deps_by_column
    assert lineage["twice"] == [dg.TableColumnDep(dg.AssetKey(["shop", "staging", "items"]), "price")]
    assert "| twice | [shop/staging/items](/assets/shop/staging/items).price |" in metadata["columns_come_from"]


def test_a_page_shows_the_newest_rows_and_the_command_does_not_ask_for_them(priced: Shop) -> None:
    shown = priced.make(asset(priced), seen=True).metadata("shop/marts/prices")
    assert shown["preview"].splitlines() == [
        "| item | price | twice |", "| --- | --- | --- |", "| a | 1 | 2 |", "| b | 20 | 40 |",
    ]  # fmt: skip
    roles = {column.name: column.tags for column in shown["dagster/column_schema"].columns}
    assert roles == {"item": {"key": ""}, "price": {}, "twice": {}}
    promised = {column.name: column.constraints for column in shown["dagster/column_schema"].columns}
    assert [name for name, constraints in promised.items() if constraints.unique] == ["item"]
    assert [name for name, constraints in promised.items() if not constraints.nullable] == ["price"]
    unseen = priced.make(asset(priced)).metadata("shop/marts/prices")
    assert shown.keys() - unseen.keys() >= {"preview", "columns_come_from", "dagster/column_lineage"}
    assert unseen["dagster/row_count"] == 2


def test_a_check_that_warns_shows_the_rows_and_the_query_that_finds_them(priced: Shop) -> None:
    made = priced.make(asset(priced))
    found = made.check("prices_are_low")
    assert (made.success, found.passed, found.severity) == (True, False, dg.AssetCheckSeverity.WARN)
    assert found.metadata["bad_rows"].value == 1
    assert made.sample("prices_are_low") == [{"item": "b"}]
    assert "price > 9" in str(found.metadata["query"].value).lower()
    told, _, query = (found.description or "").partition("\n\n")
    assert told == "**1 row breaks it**. The query that finds them:"
    assert query.splitlines() == [
        "```sql", "SELECT", "  p.item", "FROM shop_marts.prices AS p", "WHERE", "  p.price > 9", "```",
    ]  # fmt: skip
    assert made.check("item_is_unique").description == "No row breaks it."


def test_a_blocking_check_fails_the_asset_with_the_bad_rows_and_publishes_nothing(priced: Shop) -> None:
    priced.make(asset(priced))
    with priced.engine.writing() as session:
        session.run("insert into shop_staging.items values ('c', null)")
        session.run("insert into etl.builds select 'shop/staging/items', 1, '', 0, 0, 0, 0, 0, timestamp '2026-01-01'")
    made = priced.make(asset(priced))
    found = made.check("price_is_not_null")
    assert (made.success, found.passed, found.severity) == (False, False, dg.AssetCheckSeverity.ERROR)
    assert made.sample("price_is_not_null") == [{"item": "c", "price": "NULL", "twice": "NULL"}]
    assert (found.description or "").startswith("**1 row breaks it**, so the table was left as it was.")
    assert made.check("item_is_unique").passed
    assert made.failure.startswith(
        "shop/marts/prices is left as it was, since new rows break price_is_not_null: 1 row, such as"
    )
    with priced.engine.reading() as session:
        assert session.value("select count(*) from shop_marts.prices") == 2


def test_a_report_is_written_as_its_declared_file_too(priced: Shop) -> None:
    view = View(name="shop/reports/cheap")
    export = Export(file="cheap.txt", order_by=("item",), form=Delimited(delimiter="|", header=False))
    reported = report(view, export, datasets=[ITEMS], sql_root=priced.sql)
    metadata = priced.make(asset(priced), reported, seen=True).metadata("shop/reports/cheap")
    assert metadata["preview"].splitlines()[2:] == ["| a | 1 |"]
    path = priced.exports / "shop" / "cheap.txt"
    assert (metadata["dagster/row_count"], metadata["file"], path.read_text()) == (1, str(path), "a|1\n")
    assert reported.specs_by_key[dg.AssetKey(["shop", "reports", "cheap"])].kinds == {"duckdb", "sql", "view", "csv"}


def test_a_report_s_own_name_is_its_file_s(priced: Shop) -> None:
    assert Export().path(View(name="shop/reports/cheap"), priced.exports) == priced.exports / "shop" / "cheap.csv"


def test_an_export_that_cannot_be_written_fails_the_asset_clearly(priced: Shop) -> None:
    priced.exports.write_text("a file, no folder")
    reported = report(View(name="shop/reports/cheap"), Export(), sql_root=priced.sql)
    assert "cheap.csv cannot be written" in priced.make(asset(priced), reported).failure


def test_a_model_without_sql_is_refused_while_the_graph_loads(shop: Shop) -> None:
    with pytest.raises(DeclarationError, match="shop/marts/prices has no SQL"):
        asset(shop)
