"""What becomes of small lives, worked out by hand: orders change, what they refer to does, some go, some come late."""

from etl_assets_tests.defs.totesys.told import Told, bad_rows, plain

SALES = """
select sales_order_id, units_sold, valid_from, is_current
from totesys_marts.fact_sales_order order by sales_order_id, valid_from
"""
STAFF = """
select department_name, location, valid_from, is_current
from totesys_marts.dim_staff_history where staff_id = 1 order by valid_from
"""


def test_an_order_changed_twice_has_three_rows_of_which_the_last_is_current(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2024-01-02 09:00:00.123")
    told.build("marts/fact_sales_order")
    told.tell("sales_order", 1, "2024-01-03 10:00:00", units_sold=11, created_at="2024-01-02 09:00:00.123")
    told.tell("sales_order", 1, "2024-01-04 11:00:00", units_sold=12, created_at="2024-01-02 09:00:00.123")
    report = told.build("marts/fact_sales_order")["marts/fact_sales_order"]
    assert plain(told.ask(SALES)) == [
        ("1", "10", "2024-01-02 09:00:00.123000", "False"),
        ("1", "11", "2024-01-03 10:00:00", "False"),
        ("1", "12", "2024-01-04 11:00:00", "True"),
    ]
    assert (report.rows, report.inserted, report.updated, bad_rows(report)) == (3, 2, 1, {})


def test_dates_and_times_of_day_are_apart_and_money_is_exact(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2024-01-02 09:00:00.123", last_updated="2024-01-03 23:59:59.999", unit_price="0.10")
    told.build("marts/fact_sales_order")
    columns = "created_date, created_time, last_updated_date, last_updated_time, unit_price, agreed_payment_date"
    assert plain(told.ask(f"select {columns} from totesys_marts.fact_sales_order")) == [
        ("2024-01-02", "09:00:00.123000", "2024-01-03", "23:59:59.999000", "0.10", "2024-01-12")
    ]


def test_a_department_that_moves_gives_its_people_a_version_and_dim_staff_the_last(told: Told) -> None:
    told.tell_usual()
    told.build("marts/dim_staff")
    told.tell("department", 1, "2024-02-01 08:00:00", location="York")
    report = told.build("marts/dim_staff")["marts/dim_staff_history"]
    assert plain(told.ask(STAFF)) == [
        ("Sales", "Leeds", "2024-01-01 08:00:00", "False"),
        ("Sales", "York", "2024-02-01 08:00:00", "True"),
    ]
    assert told.ask("select staff_id, department_name, location from totesys_marts.dim_staff") == [(1, "Sales", "York")]
    assert (report.touched, report.inserted, report.updated) == (1, 1, 1)


def test_a_person_who_was_there_before_the_department_was_seen_has_what_is_first_known_of_it(told: Told) -> None:
    told.tell("staff", 1, "2023-01-01 00:00:00")
    told.tell("department", 1, "2024-01-01 00:00:00")
    told.build("marts/dim_staff")
    assert plain(told.ask(STAFF)) == [("Sales", "Leeds", "2023-01-01 00:00:00", "True")]


def test_an_address_that_changes_reaches_those_who_have_it_and_the_place_itself(told: Told) -> None:
    told.tell_usual()
    told.tell("counterparty", 2, "2024-01-01 08:00:00", legal_address_id=7)
    told.build("marts/dim_counterparty", "marts/dim_location")
    told.tell("address", 1, "2024-02-01 08:00:00", city="York", phone="999")
    told.build("marts/dim_counterparty", "marts/dim_location")
    columns = "counterparty_id, counterparty_legal_name, counterparty_legal_city, counterparty_legal_phone_number"
    assert told.ask(f"select {columns} from totesys_marts.dim_counterparty order by counterparty_id") == [
        (1, "Fahey and Sons", "York", "999"),
        (2, "Fahey and Sons", None, None),
    ]
    assert told.ask("select location_id, city, country, phone from totesys_marts.dim_location") == [
        (1, "York", "Malta", "999")
    ]
    count = "select count(*) from totesys_marts.dim_counterparty_history where counterparty_id = 1"
    assert told.ask(count) == [(2,)]


def test_what_the_source_deleted_has_no_current_row_and_its_dimension_keeps_the_last(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2024-01-02 09:00:00")
    told.tell("sales_order", 2, "2024-01-02 09:00:00")
    for table in ("design", "staff"):
        told.tell(table, 1, "2024-01-05 00:00:00", op="D")
    told.tell("sales_order", 1, "2024-01-05 00:00:00", op="D")
    built = told.build("marts/fact_sales_order")
    rows = told.ask(
        "select sales_order_id, valid_to, is_current from totesys_marts.fact_sales_order order by sales_order_id"
    )
    assert plain(rows) == [("1", "2024-01-05 00:00:00", "False"), ("2", "9999-12-31 00:00:00", "True")]
    assert told.ask("select design_id, design_name from totesys_marts.dim_design") == [(1, "Wooden")]
    assert told.ask("select staff_id, department_name from totesys_marts.dim_staff") == [(1, "Sales")]
    assert bad_rows(built["marts/fact_sales_order"]) == {}


def test_a_change_that_comes_late_stands_where_it_belongs(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2024-01-02 09:00:00")
    told.tell("sales_order", 1, "2024-01-04 09:00:00", units_sold=12)
    told.build("marts/fact_sales_order")
    told.tell("sales_order", 1, "2024-01-03 09:00:00", units_sold=11)
    told.build("marts/fact_sales_order")
    assert [units for _, units, *_ in told.ask(SALES)] == [10, 11, 12]


def test_every_dimension_has_what_the_last_version_of_its_history_has(told: Told) -> None:
    told.tell_usual()
    told.tell("design", 1, "2024-02-01 00:00:00", design_name="Bronze")
    told.tell("transaction", 1, "2024-01-02 00:00:00")
    told.tell("transaction", 1, "2024-01-03 00:00:00", sales_order_id=2)
    told.tell("currency", 2, "2024-01-01 00:00:00", currency_code="EUR")
    told.build("marts/dim_design", "marts/dim_transaction", "marts/dim_currency", "marts/dim_payment_type")
    assert told.ask("select design_id, design_name, file_location, file_name from totesys_marts.dim_design") == [
        (1, "Bronze", "/usr", "wooden.json")
    ]
    assert told.ask("select * from totesys_marts.dim_transaction") == [(1, "SALE", 2, None)]
    assert told.ask("select * from totesys_marts.dim_currency order by currency_id") == [
        (1, "GBP", "British Pound"),
        (2, "EUR", "Euro"),
    ]
    assert told.ask("select * from totesys_marts.dim_payment_type") == [(1, "SALES_RECEIPT")]


def test_the_days_go_from_the_first_year_named_to_the_last(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2023-12-31 09:00:00", agreed_delivery_date="2024-02-29")
    told.build("marts/dim_date")
    assert plain(told.ask("select count(*), min(date_id), max(date_id) from totesys_marts.dim_date")) == [
        ("731", "2023-01-01", "2024-12-31")
    ]
    assert plain(told.ask("select * from totesys_marts.dim_date where date_id = date '2024-02-29'")) == [
        ("2024-02-29", "2024", "2", "29", "4", "Thursday", "February", "1")
    ]


def test_a_day_far_away_brings_its_own_year_alone_and_warns_by_the_order(told: Told) -> None:
    told.tell_usual()
    told.tell("sales_order", 1, "2023-12-31 09:00:00", agreed_delivery_date="0024-02-29")
    told.tell("sales_order", 2, "2024-01-02 09:00:00", agreed_payment_date="9999-12-31")
    told.tell_rates('{"base": "GBP", "date": "2024-01-01", "rates": {"EUR": 1.25}}')
    built = told.build("marts/dim_date", "marts/rates_by_day")
    years = told.ask("select year, count(*) from totesys_marts.dim_date group by year order by year")
    assert years == [(24, 366), (2023, 365), (2024, 366), (9999, 365)]
    weekdays = (
        "select date_id, day_name from totesys_marts.dim_date where date_id in (date '0024-02-29', date '9999-12-31')"
    )
    assert plain(told.ask(f"{weekdays} order by 1")) == [("0024-02-29", "Thursday"), ("9999-12-31", "Friday")]
    (check,) = [check for check in built["marts/dim_date"].checks if check.bad_rows]
    assert (check.name, check.blocking) == ("days_are_of_1900_to_2100", False)
    assert {row["named_by"] for row in check.sample} == {"sales order 1", "sales order 2"}
    days = told.ask("select date_id from totesys_marts.rates_by_day where currency_code = 'EUR' order by date_id")
    assert [day.isoformat() for (day,) in days] == [
        "2024-01-01", "2024-01-02", "2024-01-10", "2024-01-12", "9999-12-31",
    ]  # fmt: skip
