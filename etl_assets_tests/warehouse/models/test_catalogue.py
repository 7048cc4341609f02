"""What can be told of a model without building it."""

from pathlib import Path

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.warehouse.models.catalogue import column_descriptions, column_lineage, tables_read
from etl_assets.warehouse.models.checks import references, sql_check
from etl_assets.warehouse.models.declare import Incremental, Member, Type2, View

ITEMS = Dataset(
    name="shop/staging/items",
    columns=(Column("item", description="The item's number."), Column("price", "bigint", description="In cents.")),
    key=("item",),
    files=(FilePattern(pattern="items.csv"),),
)
DIM = Type2(name="shop/marts/dim_items", key=("item",), entity="item", overwritten=("price",))
FACT = Incremental(
    name="shop/marts/fact_sales",
    key=("sale",),
    touched={"shop/staging/sales": "sale"},
    members=(Member(column="item_key", dimension="shop/marts/dim_items", by="item", at="sold_at"),),
    checks=(references("day_id", "shop/marts/dim_days", "day_id"), sql_check("sales_are_paid")),
)
REPORT = View(name="shop/reports/takings")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The SQL files of a small shop."""
    write(
        tmp_path,
        "shop/marts/dim_items",
        "-- Items.\nselect i.item, i.price, timestamp '1900-01-01 00:00:00' as effective_at,"
        " 0 as sequence, 'U' as op\nfrom shop_staging.items as i\n",
    )
    write(
        tmp_path,
        "shop/marts/fact_sales",
        "-- Sales.\nselect\n    s.sale,\n    s.item,\n    s.day_id,\n    s.sold_at,\n"
        "    i.price * s.pieces as amount -- What was paid, in cents.\n"
        "from shop_staging.sales as s\ninner join shop_staging.items as i on i.item = s.item\n",
    )
    write(tmp_path, "shop/checks/sales_are_paid", "-- Unpaid.\nselect p.sale from shop_staging.payments as p\n")
    write(
        tmp_path,
        "shop/reports/takings",
        "-- Takings.\nselect f.item, d.price, sum(f.amount) as amount, max(f.amount) as greatest\n"
        "from shop_marts.fact_sales as f\n"
        "inner join shop_marts.dim_items as d on d.item_key = f.item_key\ngroup by f.item, d.price\n",
    )
    return tmp_path


def write(root: Path, key: str, text: str) -> None:
    path = TableName.parse(key).sql_file(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_fact_reads_its_query_its_dimensions_and_what_its_checks_ask(root: Path) -> None:
    assert [table.key for table in tables_read(FACT, root)] == [
        "shop/marts/dim_days",
        "shop/marts/dim_items",
        "shop/staging/items",
        "shop/staging/payments",
        "shop/staging/sales",
    ]


def test_lineage_leads_to_columns_and_a_pointer_to_its_dimension(root: Path) -> None:
    lineage = column_lineage(FACT, root)
    assert lineage["amount"] == (("shop/staging/items", "price"), ("shop/staging/sales", "pieces"))
    assert lineage["item_key"] == (("shop/marts/dim_items", "item_key"),)


def test_lineage_of_a_dimension_leaves_out_what_is_not_its_column(root: Path) -> None:
    assert column_lineage(DIM, root) == {
        "item": (("shop/staging/items", "item"),),
        "price": (("shop/staging/items", "price"),),
    }


def test_a_column_that_is_passed_on_keeps_its_meaning_and_another_says_its_own(root: Path) -> None:
    descriptions = column_descriptions(FACT, [ITEMS], root)
    assert descriptions["amount"] == "What was paid, in cents."
    assert descriptions["item_key"] == (
        "The member of shop/marts/dim_items that item names as of the row's time; -1 for the unknown one."
    )
    assert not descriptions.get("sold_at")


def test_a_dimension_explains_its_own_columns(root: Path) -> None:
    descriptions = column_descriptions(DIM, [ITEMS], root)
    assert descriptions["item"] == "The item's number."
    assert descriptions["item_key"] == "The version's own key; -1 for the unknown item."
    assert {"valid_from", "valid_to", "is_current", "is_inferred"} <= descriptions.keys()


def test_a_report_says_what_the_marts_behind_it_say(root: Path) -> None:
    descriptions = column_descriptions(REPORT, [ITEMS], root)
    assert (descriptions["price"], descriptions["amount"]) == ("In cents.", "What was paid, in cents.")
    assert "greatest" not in descriptions


def test_a_file_that_has_changed_is_read_again(root: Path) -> None:
    assert "greatest" in column_lineage(REPORT, root)
    write(root, "shop/reports/takings", "-- Takings.\nselect f.item from shop_marts.fact_sales as f\n")
    assert list(column_lineage(REPORT, root)) == ["item"]
