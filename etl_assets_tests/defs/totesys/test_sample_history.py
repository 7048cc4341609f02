"""A sample's life, extracted day by day, against its own full history: facts have the versions that were visible."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest

from etl_assets.samples.totesys.schema import PAYMENT, PURCHASE_ORDER, SALES_ORDER, Table
from etl_assets_tests.defs.totesys.extracted import Followed
from etl_assets_tests.samples.business import Business

DAYS: Final = 4
_ORDERED: Final = "currency_id agreed_delivery_date agreed_payment_date agreed_delivery_location_id"
FACTS: Final = {
    SALES_ORDER: (
        "fact_sales_order",
        f"sales_order_id design_id sales_staff_id counterparty_id units_sold unit_price {_ORDERED}",
    ),
    PURCHASE_ORDER: (
        "fact_purchase_orders",
        f"purchase_order_id staff_id counterparty_id item_code item_quantity item_unit_price {_ORDERED}",
    ),
    PAYMENT: (
        "fact_payment",
        "payment_id transaction_id counterparty_id payment_amount currency_id payment_type_id paid payment_date",
    ),
}
"""Of each source table its fact, and the fact's columns that hold the table's, in the table's order."""
LEFT_OUT: Final = {"created_at", "last_updated", "company_ac_number", "counterparty_ac_number"}

Versions = Mapping[str, list[tuple[str, ...]]]


class Witness:
    """What was visible at each extract, by the sample's history alone."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._last: dict[Table, dict[object, tuple[object, ...]]] = defaultdict(dict)
        self.versions: dict[Table, dict[str, list[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(list))
        self.moved = 0

    def see(self, since: Mapping[str, datetime | None]) -> None:
        """Note each row that an extract reads from a time on and that differs from the one before."""
        with self._business.book() as book:
            states = {table: [*book.state(table)] for table in FACTS}
        for table, rows in states.items():
            begin = since[table.name]
            for row in rows:
                before = self._last[table].get(row[0])
                is_read = begin is None or datetime.fromisoformat(str(row[table.stamp])) >= begin
                if row != before and is_read:
                    self._last[table][row[0]] = row
                    self.versions[table][str(row[0])].append(_told(table, row))
                    self.moved += before is not None
                elif row != before:
                    assert before is None or row[table.stamp] == before[table.stamp], "a change that moved was missed"


def _told(table: Table, row: Iterable[object]) -> tuple[str, ...]:
    """A row as the fact has it, but for the times."""
    named = ((name, value) for name, value in zip(table.columns, row, strict=True) if name not in LEFT_OUT)
    return tuple(str(bool(value) if name == "paid" else value) for name, value in named)


def _facts(warehouse: Followed, table: Table) -> Versions:
    """The versions of a fact by key, in their order."""
    fact, columns = FACTS[table]
    listed = columns.replace(" ", ", ")
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    query = f"select {listed} from totesys_marts.{fact} order by 1, valid_from"
    for row in warehouse.ask(query):
        found[str(row[0])].append(tuple(map(str, row)))
    return found


@pytest.fixture
def business(tmp_path: Path) -> Business:
    return Business.opened(tmp_path).lived(0)


def test_facts_have_every_version_that_was_visible_at_an_extract_and_no_other(
    business: Business, tmp_path: Path
) -> None:
    warehouse = Followed(business.url, f"duckdb:///{tmp_path / 'warehouse.duckdb'}", tmp_path)
    witness = Witness(business)
    for day in range(DAYS + 1):
        business.write(day)
        witness.see(warehouse.run().since)
    for table in FACTS:
        assert _facts(warehouse, table) == witness.versions[table], table.name
    assert witness.moved > 10 * DAYS
    current = "select count(*), count(distinct sales_order_id) from totesys_marts.fact_sales_order where is_current"
    ((rows, orders),) = warehouse.ask(current)
    assert rows == orders
