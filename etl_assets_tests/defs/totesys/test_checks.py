"""What the checks of totesys find: each by a life that is wrong in that way alone."""

from typing import Any

import pytest

from etl_assets.names import TableName
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.models.audit import BlockingCheckFailed
from etl_assets_tests.defs.totesys.told import Told, bad_rows

AT = "2024-01-02 09:00:00"


def tell_a_sale(told: Told, **payment: Any) -> None:  # noqa: ANN401 - a column's value
    """An order, its transaction and its payment, all as they should be but for what is said of the payment."""
    told.tell_usual()
    told.tell("sales_order", 1, AT)
    told.tell("transaction", 1, AT)
    told.tell("payment", 1, AT, **payment)


def found(told: Told, *marts: str) -> dict[str, int]:
    """The checks of these marts, and of what they need, that found rows."""
    return {name: bad for report in told.build(*marts).values() for name, bad in bad_rows(report).items()}


def test_a_sale_as_it_should_be_breaks_nothing(told: Told) -> None:
    tell_a_sale(told)
    told.tell("purchase_order", 1, AT)
    assert found(told, "marts/fact_payment", "marts/dim_date") == {}


@pytest.mark.parametrize(
    ("fact", "column"),
    [("sales_order", "units_sold"), ("purchase_orders", "item_quantity"), ("payment", "payment_amount")],
)
def test_a_fact_that_does_not_add_up_is_not_published(told: Told, fact: str, column: str) -> None:
    tell_a_sale(told)
    told.tell("purchase_order", 1, AT)
    table = TableName.parse(f"totesys/marts/fact_{fact}")
    told.build(f"marts/{table.table}")
    with open_engine(told.url).writing(asset="test") as session:
        session.run(f"update {table.qualified} set {column} = {column} + 1")
    name = fact.removesuffix("s")
    told.tell(name, 2, AT)
    with pytest.raises(BlockingCheckFailed, match="add_up_to_staging: 1 row, such as currency_id=1, rows_there_too"):
        told.build(f"marts/{table.table}")
    assert told.ask(f"select count(*) from {table.qualified}") == [(1,)]


@pytest.mark.parametrize(
    ("column", "missing"),
    [
        ("design_id", "design"),
        ("staff_id", "staff"),
        ("counterparty_id", "counterparty"),
        ("currency_id", "currency"),
        ("agreed_delivery_location_id", "location"),
    ],
)
def test_a_sale_of_something_unknown_warns_by_name(on_duckdb: Told, column: str, missing: str) -> None:
    on_duckdb.tell_usual()
    values: dict[str, Any] = {column: 9}
    on_duckdb.tell("sales_order", 1, AT, **values)
    (check,) = [
        check for check in on_duckdb.build("marts/fact_sales_order")["marts/fact_sales_order"].checks if check.bad_rows
    ]
    assert (check.name, check.blocking, check.sample[0]["missing"]) == ("sales_name_what_is_known", False, missing)


def test_purchases_and_payments_of_something_unknown_warn(on_duckdb: Told) -> None:
    tell_a_sale(on_duckdb, transaction_id=9)
    on_duckdb.tell("purchase_order", 1, AT, staff_id=9)
    assert found(on_duckdb, "marts/fact_payment") == {
        "purchases_name_what_is_known": 1,
        "payments_name_what_is_known": 1,
    }


@pytest.mark.parametrize("values", [{"payment_amount": "25.01"}, {"currency_id": 2}, {"counterparty_id": 2}])
def test_a_payment_that_is_not_what_the_order_costs_warns(on_duckdb: Told, values: dict[str, Any]) -> None:
    tell_a_sale(on_duckdb, **values)
    on_duckdb.tell("currency", 2, AT, currency_code="EUR")
    on_duckdb.tell("counterparty", 2, AT)
    assert found(on_duckdb, "marts/fact_payment") == {"payments_are_what_orders_cost": 1}


def test_a_refund_may_be_of_any_amount(on_duckdb: Told) -> None:
    tell_a_sale(on_duckdb, payment_amount="1.00", payment_type_id=2)
    on_duckdb.tell("payment_type", 2, AT, payment_type_name="SALES_REFUND")
    assert found(on_duckdb, "marts/fact_payment") == {}


@pytest.mark.parametrize(
    ("values", "check"),
    [
        ({"purchase_order_id": 1}, "transactions_are_of_one_order"),
        ({"transaction_type": "PURCHASE"}, "transactions_are_of_one_order"),
        ({"sales_order_id": ""}, "transactions_are_of_one_order"),
        ({"sales_order_id": 9}, "transactions_name_a_known_order"),
    ],
)
def test_a_transaction_that_is_not_of_one_known_order_warns(
    on_duckdb: Told, values: dict[str, Any], check: str
) -> None:
    on_duckdb.tell_usual()
    on_duckdb.tell("sales_order", 1, AT)
    on_duckdb.tell("purchase_order", 1, AT)
    on_duckdb.tell("transaction", 1, AT, **values)
    assert found(on_duckdb, "marts/dim_transaction") == {check: 1}


def test_an_order_that_is_promised_for_before_it_was_made_warns(on_duckdb: Told) -> None:
    on_duckdb.tell_usual()
    on_duckdb.tell("sales_order", 1, AT, agreed_delivery_date="2024-01-01")
    on_duckdb.tell("purchase_order", 1, AT, agreed_payment_date="2024-01-01")
    assert found(on_duckdb, "marts/fact_sales_order", "marts/fact_purchase_orders") == {
        "sales_are_promised_for_later": 1,
        "purchases_are_promised_for_later": 1,
    }


def test_a_reason_to_pay_that_is_none_of_the_four_warns(on_duckdb: Told) -> None:
    on_duckdb.tell("payment_type", 1, AT, payment_type_name="GIFT")
    assert found(on_duckdb, "marts/dim_payment_type") == {"payment_type_name_is_accepted": 1}
