"""Exchange rates and reports, against figures worked out by hand."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from etl_assets_tests.defs.totesys.told import Told, bad_rows, plain

RATES = """
select currency_code, date_id, rate_date, is_of_the_day, rate
from totesys_marts.rates_by_day where currency_code = 'EUR' order by date_id
"""


def rates(date: str, **rates: str) -> str:
    """What an API says of a day."""
    entries = ", ".join(f'"{currency}": {rate}' for currency, rate in rates.items())
    return f'{{"base": "GBP", "date": "{date}", "rates": {{{entries}}}}}'


def tell_business(told: Told) -> None:
    """Two countries, two people, two designs, three currencies, five sales, a purchase, a refund and their payments."""
    told.tell_usual()
    told.tell("address", 2, "2024-01-01 08:00:00", country="Peru")
    told.tell("staff", 2, "2024-01-01 08:00:00", first_name="Bob")
    told.tell("design", 2, "2024-01-01 08:00:00", design_name="Bronze", file_name="bronze.json")
    told.tell("currency", 2, "2024-01-01 08:00:00", currency_code="EUR")
    told.tell("currency", 3, "2024-01-01 08:00:00", currency_code="USD")
    told.tell("payment_type", 2, "2024-01-01 08:00:00", payment_type_name="SALES_REFUND")
    told.tell("payment_type", 3, "2024-01-01 08:00:00", payment_type_name="PURCHASE_PAYMENT")
    euro: dict[str, Any] = {"currency_id": 2}
    dollar: dict[str, Any] = {"currency_id": 3}
    there: dict[str, Any] = {"agreed_delivery_location_id": 2}
    told.tell("sales_order", 1, "2024-01-02 09:00:00")
    told.tell("sales_order", 2, "2024-01-03 09:00:00", units_sold=20, unit_price="3.00", **euro, **there)
    told.tell("sales_order", 3, "2024-01-05 09:00:00", units_sold=7, unit_price="1.00", staff_id=2, **euro)
    told.tell("sales_order", 4, "2024-02-01 09:00:00", units_sold=30, unit_price="2.00", design_id=2, **there)
    told.tell("sales_order", 5, "2024-02-02 09:00:00", units_sold=1, unit_price="9.00", **dollar)
    told.tell("sales_order", 6, "2024-02-02 09:00:00", units_sold=99)
    told.tell("sales_order", 6, "2024-02-03 09:00:00", op="D")
    told.tell("purchase_order", 1, "2024-01-02 09:00:00")
    for key in range(1, 6):
        told.tell("transaction", key, "2024-01-02 09:00:00", sales_order_id=key)
    told.tell(
        "transaction", 6, "2024-01-02 09:00:00", transaction_type="PURCHASE", sales_order_id="", purchase_order_id=1
    )
    told.tell("transaction", 7, "2024-01-02 09:00:00")
    told.tell("payment", 1, "2024-01-02 09:00:00", paid="true")
    told.tell(
        "payment", 2, "2024-01-03 09:00:00", transaction_id=2, payment_amount="60.00", payment_date="2024-01-04", **euro
    )
    told.tell("payment", 3, "2024-01-05 09:00:00", transaction_id=3, payment_amount="7.00", paid="true", **euro)
    told.tell("payment", 4, "2024-02-01 09:00:00", transaction_id=4, payment_amount="60.00", payment_date="2024-01-10")
    told.tell("payment", 6, "2024-01-02 09:00:00", transaction_id=6, payment_amount="5.00", payment_type_id=3)
    told.tell("payment", 7, "2024-01-02 09:00:00", transaction_id=7, payment_amount="2.00", payment_type_id=2)
    told.tell_rates(rates("2024-01-03", EUR="1.25"), rates("2024-01-04", EUR="1.60"))


def report(told: Told, name: str, order: str) -> list[tuple[str, ...]]:
    told.build(f"reports/{name}")
    return plain(told.ask(f"select * from totesys_reports.{name} order by {order}"))


def test_a_rate_holds_until_the_next_and_a_day_before_the_first_has_none(told: Told) -> None:
    told.tell_usual()
    told.tell(
        "sales_order", 1, "2024-12-28 09:00:00", agreed_delivery_date="2024-12-30", agreed_payment_date="2025-02-01"
    )
    told.tell_rates(rates("2024-12-29", EUR="1.2"), rates("2024-12-31", EUR="3", USD="0"))
    built = told.build("marts/rates_by_day")
    assert plain(told.ask(RATES)) == [
        ("EUR", "2024-12-29", "2024-12-29", "True", "1.2000000000"),
        ("EUR", "2024-12-30", "2024-12-29", "False", "1.2000000000"),
        ("EUR", "2024-12-31", "2024-12-31", "True", "3.0000000000"),
        ("EUR", "2025-02-01", "2024-12-31", "False", "3.0000000000"),
    ]
    assert told.ask("select count(*) from totesys_marts.rates_by_day where currency_code = 'USD'") == [(0,)]
    assert bad_rows(built["marts/fact_exchange_rates"]) == {"rates_are_positive": 1}


def test_a_day_that_is_told_twice_has_what_was_told_last_and_unknown_currencies_warn(told: Told) -> None:
    told.tell_rates(rates("2024-01-03", EUR="1.25", QQQ="2.0000000001"))
    told.build("marts/fact_exchange_rates")
    told.tell_rates(rates("2024-01-03", EUR="1.5000"), file="exchange_rates_20990103-120000000.json")
    report = told.build("marts/fact_exchange_rates")["marts/fact_exchange_rates"]
    found = told.ask("select currency_code, rate from totesys_marts.fact_exchange_rates order by currency_code")
    assert plain(found) == [("EUR", "1.5000000000"), ("QQQ", "2.0000000001")]
    assert bad_rows(report) == {"rates_are_of_known_currencies": 1}


def test_rates_of_another_base_warn_since_nothing_is_converted_with_them(told: Told) -> None:
    told.tell_rates(
        rates("2024-01-03", EUR="1.25"), rates("2024-01-03", GBP="0.8").replace('"GBP", "date', '"EUR", "date')
    )
    built = told.build("marts/rates_by_day")
    assert bad_rows(built["marts/fact_exchange_rates"]) == {"rates_are_of_a_pound": 1}


@pytest.fixture
def business(told: Told) -> Told:
    """A small business."""
    tell_business(told)
    return told


def test_sales_are_in_their_own_currency_and_in_pounds(business: Told) -> None:
    assert report(business, "sales_by_month", "year, month, currency_code") == [
        ("2024", "1", "EUR", "2", "27", "67.00", "52.38", "1", "0"),
        ("2024", "1", "GBP", "1", "10", "25.00", "25.00", "0", "0"),
        ("2024", "2", "GBP", "1", "30", "60.00", "60.00", "0", "0"),
        ("2024", "2", "USD", "1", "1", "9.00", "None", "0", "1"),
    ]
    assert report(business, "sales_by_currency", "currency_code") == [
        ("EUR", "Euro", "2", "27", "67.00", "52.38", "1", "0"),
        ("GBP", "British Pound", "2", "40", "85.00", "85.00", "0", "0"),
        ("USD", "US Dollar", "1", "1", "9.00", "None", "0", "1"),
    ]


def test_a_currency_that_was_made_anew_under_another_number_counts_once(business: Told) -> None:
    business.tell("currency", 3, "2024-02-03 08:00:00", op="D")
    business.tell("currency", 4, "2024-02-03 09:00:00", currency_code="USD")
    business.tell("sales_order", 7, "2024-02-04 09:00:00", units_sold=2, unit_price="5.00", currency_id=4)
    assert report(business, "sales_by_currency", "currency_code")[2:] == [
        ("USD", "US Dollar", "2", "3", "19.00", "None", "0", "2"),
    ]


def test_pounds_of_a_small_currency_are_right_to_the_penny(told: Told) -> None:
    told.tell_usual()
    told.tell("currency", 2, "2024-01-01 08:00:00", currency_code="VND")
    told.tell("sales_order", 1, "2024-01-03 09:00:00", units_sold=1_000_000, unit_price="31000000.00", currency_id=2)
    told.tell("transaction", 1, "2024-01-03 09:00:00")
    told.tell(
        "payment", 1, "2024-01-03 09:00:00", payment_amount="31000000.01", payment_date="2024-01-03", currency_id=2
    )
    told.tell_rates(rates("2024-01-03", VND="31999.123456"))
    rate = Decimal("31999.123456")
    pounds = [
        str((Decimal(dong) / rate).quantize(Decimal("0.01"), ROUND_HALF_UP)) for dong in (31 * 10**12, "31000000.01")
    ]
    assert report(told, "sales_by_currency", "currency_code")[0][4:6] == ("31000000000000.00", pounds[0])
    assert report(told, "receivables_and_payables", "due_date")[0][4:6] == ("31000000.01", pounds[1])


def test_sales_are_told_by_country_staff_and_design(business: Told) -> None:
    assert report(business, "sales_by_country", "country, currency_code") == [
        ("Malta", "EUR", "1", "7", "7.00", "4.38", "1", "0"),
        ("Malta", "GBP", "1", "10", "25.00", "25.00", "0", "0"),
        ("Malta", "USD", "1", "1", "9.00", "None", "0", "1"),
        ("Peru", "EUR", "1", "20", "60.00", "48.00", "0", "0"),
        ("Peru", "GBP", "1", "30", "60.00", "60.00", "0", "0"),
    ]
    assert [row[:7] for row in report(business, "sales_by_staff", "staff_id, currency_code")] == [
        ("1", "Ann", "Lee", "Sales", "EUR", "1", "20"),
        ("1", "Ann", "Lee", "Sales", "GBP", "2", "40"),
        ("1", "Ann", "Lee", "Sales", "USD", "1", "1"),
        ("2", "Bob", "Lee", "Sales", "EUR", "1", "7"),
    ]
    assert [row[:6] for row in report(business, "sales_by_design", "design_id, currency_code")] == [
        ("1", "Wooden", "wooden.json", "EUR", "2", "27"),
        ("1", "Wooden", "wooden.json", "GBP", "1", "10"),
        ("1", "Wooden", "wooden.json", "USD", "1", "1"),
        ("2", "Bronze", "bronze.json", "GBP", "1", "30"),
    ]


def test_what_is_unpaid_comes_in_or_goes_out_on_its_day(business: Told) -> None:
    assert report(business, "receivables_and_payables", "due_date, direction, currency_code") == [
        ("2024-01-04", "receivable", "EUR", "1", "60.00", "37.50", "0", "0"),
        ("2024-01-10", "receivable", "GBP", "1", "60.00", "60.00", "0", "0"),
        ("2024-01-12", "payable", "GBP", "2", "7.00", "7.00", "0", "0"),
    ]


def test_promises_are_held_against_payments(business: Told) -> None:
    assert report(business, "deliveries_and_payments", "currency_code") == [
        ("2024", "1", "EUR", "2", "1", "1", "67.00", "7.00", "-2.0"),
        ("2024", "1", "GBP", "2", "1", "1", "85.00", "25.00", "1.0"),
        ("2024", "1", "USD", "1", "0", "0", "9.00", "0.00", "None"),
    ]


def test_best_sellers_are_by_pieces_and_ties_share_a_place(business: Told) -> None:
    for key, units in enumerate([38, 30, *range(1, 13)], 10):
        business.tell("design", key, "2024-01-01 08:00:00", design_name=f"D{key}")
        business.tell("sales_order", key, "2024-03-01 08:00:00", design_id=key, units_sold=units)
    rows = report(business, "best_selling_designs", "year, place, design_id")
    assert [(row[1], row[2], row[6]) for row in rows] == [
        ("1", "1", "38"), ("1", "10", "38"), ("3", "2", "30"), ("3", "11", "30"), ("5", "23", "12"), ("6", "22", "11"),
        ("7", "21", "10"), ("8", "20", "9"), ("9", "19", "8"), ("10", "18", "7"),
    ]  # fmt: skip
    assert rows[0] == ("2024", "1", "1", "Wooden", "wooden.json", "4", "38", "77.38", "2")


def test_countries_are_compared_month_by_month(business: Told) -> None:
    rows = report(business, "country_trends", "year, month, place")
    assert [(*row[:6], f"{float(row[6]):.4f}", *row[7:]) for row in rows] == [
        ("2024", "1", "Peru", "1", "1", "48.00", "0.6203", "None", "48.00", "Wooden", "0"),
        ("2024", "1", "Malta", "2", "2", "29.38", "0.3797", "None", "29.38", "Wooden", "1"),
        ("2024", "2", "Peru", "1", "1", "60.00", "1.0000", "12.00", "108.00", "Bronze", "0"),
        ("2024", "2", "Malta", "2", "1", "0.00", "0.0000", "-29.38", "29.38", "Wooden", "1"),
    ]
