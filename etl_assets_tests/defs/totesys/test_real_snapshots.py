"""The real business of 14 and 15 November 2024, from a real PostgreSQL into a warehouse on each engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from etl_assets.samples.totesys.schema import TABLES, Table
from etl_assets_tests.defs.totesys.extracted import Followed
from etl_assets_tests.defs.totesys.operational import Operational, snapshot_rows, snapshot_value
from etl_assets_tests.servers.postgres import Postgres

Snapshot = dict[str, dict[int, tuple[Any, ...]]]
ROWS: Final = {
    "address": 30, "counterparty": 20, "currency": 3, "department": 8, "design": 473, "payment": 15836,
    "payment_type": 4, "purchase_order": 4649, "sales_order": 11187, "staff": 20, "transaction": 15836,
}  # fmt: skip
"""The rows of the 15th, by table."""
NEW: Final = {"sales_order": 12, "purchase_order": 9, "transaction": 21, "design": 1, "payment": 15836}
"""What the 15th has beside the 14th; of payments that has none."""
SILENT: Final = {"design": 3}
"""What is other on the 15th and says that it did not change since: the files of three designs were moved."""
MARTS: Final = {
    "fact_sales_order": "sales_order", "fact_purchase_orders": "purchase_order", "fact_payment": "payment",
    "dim_staff": "staff", "dim_counterparty": "counterparty", "dim_location": "address", "dim_design": "design",
    "dim_currency": "currency", "dim_payment_type": "payment_type", "dim_transaction": "transaction",
}  # fmt: skip
SUMS: Final = {
    "fact_sales_order": ("sales_order", "count(*), sum(units_sold), sum(units_sold * unit_price)"),
    "fact_purchase_orders": ("purchase_order", "count(*), sum(item_quantity), sum(item_quantity * item_unit_price)"),
    "fact_payment": ("payment", "count(*), sum(case when paid then 1 else 0 end), sum(payment_amount)"),
}


@pytest.fixture
def business(postgres_server: Postgres) -> Iterator[Operational]:
    """A database of its own, beside the warehouse's."""
    postgres_server.execute("create database business")
    made = Operational(postgres_server.url("business"))
    made.make()
    yield made
    postgres_server.execute("drop database business with (force)")


def assert_counts_and_sums(business: Operational, warehouse: Followed) -> None:
    """Hold the facts' and dimensions' rows, and the sums of each currency, against the source's."""
    for mart, table in MARTS.items():
        current = " where is_current" if mart.startswith("fact") else ""
        (told,), (there,) = (
            business.ask(f"select count(*) from {table}"),
            warehouse.ask(f"select count(*) from totesys_marts.{mart}{current}"),
        )
        assert there == told, mart
    for fact, (table, sums) in SUMS.items():
        query = f"select currency_id, {sums} from {{}} group by currency_id order by currency_id"
        told = business.ask(query.format(table))
        assert warehouse.ask(query.format(f"totesys_marts.{fact} where is_current")) == told, fact


def rows_of(folder: Path) -> Snapshot:
    """All that the files of a snapshot have, by table and key."""
    return {
        table.name: {row[table.columns[0]]: tuple(_plain(table, row)) for row in snapshot_rows(table, folder)}
        for table in TABLES
    }


def _plain(table: Table, row: dict[str, Any]) -> Iterator[object]:
    """Values that are alike in both snapshots: one has times as texts, the other money as doubles."""
    for name in table.columns:
        value = snapshot_value(name, row[name])
        yield str(value).replace(" ", "T") if name in {"created_at", "last_updated"} else value


def changed_behind_their_cursor(before: Snapshot, after: Snapshot) -> dict[str, int]:
    """How many rows of each table differ though their cursor is as it was, or have gone."""
    return {
        table: sum(key not in after[table] or after[table][key] != row for key, row in rows.items())
        for table, rows in before.items()
    }


def test_three_designs_changed_behind_their_cursor_and_nothing_has_gone(real_data: Path) -> None:
    before, after = (rows_of(real_data / "totesys" / f"source_2024-11-{day}") for day in (14, 15))
    assert {name: len(rows) for name, rows in after.items()} == ROWS
    changed = changed_behind_their_cursor(before, after)
    assert {name: count for name, count in changed.items() if count} == SILENT
    moved = [key for key, row in before["design"].items() if after["design"][key] != row]
    assert all(before["design"][key][-2:] == after["design"][key][-2:] for key in moved), "their stamps come last"


def test_the_14th_then_the_15th_then_nothing_then_what_changed_behind_its_cursor(
    real_data: Path, business: Operational, url: str, tmp_path: Path
) -> None:
    warehouse = Followed(business.url, url, tmp_path)
    business.become(real_data / "totesys" / "source_2024-11-14")
    assert warehouse.run().landed == {table: rows - NEW.get(table, 0) for table, rows in ROWS.items()}
    assert_counts_and_sums(business, warehouse)

    business.become(real_data / "totesys" / "source_2024-11-15")
    assert warehouse.run().landed == dict.fromkeys(ROWS, 0) | NEW
    assert_counts_and_sums(business, warehouse)

    builds = warehouse.builds()
    assert warehouse.run().landed == dict.fromkeys(ROWS, 0)
    assert warehouse.builds() == builds

    repaired = {one.dataset.rpartition("/")[2]: one for one in warehouse.compare(repair=True).tables}
    assert {name: one.repaired for name, one in repaired.items()} == dict.fromkeys(ROWS, 0) | SILENT
    assert warehouse.compare().is_sound
    assert [one.missing + one.gone + one.changed for one in warehouse.compare().tables] == [0] * len(ROWS)
    warehouse.run()
    assert_counts_and_sums(business, warehouse)
    designs = "design_id, design_name, file_location, file_name from {} order by design_id"
    there = warehouse.ask(f"select {designs.format('totesys_marts.dim_design')}")
    assert there == business.ask(f"select {designs.format('design')}")
