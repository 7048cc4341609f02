"""The life of the business: the same for the same seed, in pieces as in one go, and plausible."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from etl_assets.errors import SettingsError
from etl_assets.samples.totesys.schema import (
    DESIGN,
    PAYMENT,
    PURCHASE_ORDER,
    SALES_ORDER,
    TABLES,
    TRANSACTION,
    Table,
)
from etl_assets_tests.samples.business import Business, Row

ORDERS = (SALES_ORDER, PURCHASE_ORDER)


def moment(value: object) -> datetime:
    return datetime.fromisoformat(str(value))


def updates(business: Business, table: Table) -> list[tuple[bool, Row, Row]]:
    """Of each update whether it moved last_updated, and the row before and after it."""
    last: dict[object, Row] = {}
    found: list[tuple[bool, Row, Row]] = []
    with business.book() as book:
        for _, operation, moved, row in book.history(table):
            if operation == "U":
                found.append((moved, last[row[0]], row))
            last[row[0]] = row
    return found


def test_days_in_pieces_equal_days_in_one_go_and_each_piece_is_what_its_history_says(
    business: Business, young: Business, tmp_path: Path
) -> None:
    grown = young.copied(tmp_path)
    states = dict[int, dict[str, list[Row]]]()
    for days in (1, 3, 4):
        report = grown.write(days)
        assert (report.days, report.written.days) == (days, {1: 1, 3: 2, 4: 1}[days])
        assert grown.query("pragma foreign_key_check") == []
        assert grown.differs() == []
        with grown.book() as book:
            states[book.commits] = {table.name: grown.rows(table) for table in TABLES}
    assert grown.dump() == business.dump()
    with grown.book() as book:
        for commit, rows in states.items():
            assert {table.name: [*book.state(table, commit)] for table in TABLES} == rows


def test_another_seed_is_another_business_and_a_scale_makes_more_orders_of_somewhat_more_people(
    young: Business, tmp_path: Path
) -> None:
    other = Business.opened(tmp_path)
    rows = other.write(0, seed=2, scale=2).rows
    assert 21_000 < rows["sales_order"] < 25_000
    assert 30 < rows["staff"] < 40
    assert not {row[3:] for row in other.rows(SALES_ORDER)} & {row[3:] for row in young.rows(SALES_ORDER)}


def test_the_smallest_business_has_the_size_of_a_real_one(business: Business) -> None:
    counts = {table.name: len(business.rows(table)) for table in TABLES}
    assert 10_500 < counts["sales_order"] < 12_500
    assert 4_200 < counts["purchase_order"] < 5_200
    assert counts["payment"] == counts["transaction"] > counts["sales_order"] + counts["purchase_order"]
    assert (counts["currency"], counts["department"], counts["payment_type"]) == (3, 8, 4)
    assert 400 < counts["design"] < 600


def test_silent_updates_have_their_share(business: Business) -> None:
    orders = [change for table in ORDERS for change in updates(business, table)]
    silent = [(before, after) for moved, before, after in orders if not moved]
    assert 0.45 < len(silent) / len(orders) < 0.75
    assert 0.02 < len(silent) / sum(len(business.rows(table)) for table in ORDERS) < 0.04
    designs = updates(business, DESIGN)
    assert 0.85 < sum(not moved for moved, *_ in designs) / len(designs) < 0.98
    assert all(moved for moved, *_ in updates(business, PAYMENT))


def test_a_silent_update_changes_one_of_four_columns_of_an_order_or_a_design_s_folder(business: Business) -> None:
    changed = Counter(
        table.columns[place]
        for table in (*ORDERS, DESIGN)
        for moved, before, after in updates(business, table)
        for place in range(len(before))
        if not moved and before[place] != after[place]
    )
    named = ["agreed_delivery_date", "agreed_delivery_location_id", "staff_id", "design_id", "file_location"]
    assert sorted(changed) == sorted(named)
    assert min(changed.values()) > 40


def test_other_updates_move_last_updated_forward(business: Business) -> None:
    for table in TABLES:
        for moved, before, after in updates(business, table):
            stamps = before[table.stamp], after[table.stamp]
            assert before != after
            assert (str(stamps[0]) < str(stamps[1])) is moved
            assert moved or stamps[0] == stamps[1]


def test_every_kind_of_change_is_there(business: Business) -> None:
    kinds = Counter[tuple[str, str]]()
    with business.book() as book:
        for table in TABLES:
            kinds.update((table.name, operation) for _, operation, _, _ in book.history(table))
    assert {name for name, operation in kinds if operation == "D"} == {
        "sales_order", "purchase_order", "transaction", "payment",
    }  # fmt: skip
    assert {name for name, operation in kinds if operation == "U"} == {
        "address", "counterparty", "department", "design", "staff", "sales_order", "purchase_order", "payment",
    }  # fmt: skip


def test_text_dates_are_dates_and_the_agreed_ones_follow_the_order(business: Business) -> None:
    types = business.query("select distinct typeof(agreed_delivery_date), typeof(agreed_payment_date) from sales_order")
    assert types == [("text", "text")]
    for table in ORDERS:
        for row in business.rows(table):
            ordered = moment(row[1]).date()
            delivered, paid = (
                date.fromisoformat(str(row[table.place(name)]))
                for name in ("agreed_delivery_date", "agreed_payment_date")
            )
            assert ordered <= delivered
            assert timedelta() <= paid - ordered <= timedelta(6)


def test_money_is_exact_and_a_payment_is_its_order_s_price(business: Business) -> None:
    sums: dict[object, Decimal] = defaultdict(Decimal)
    for table, units, price in (
        (SALES_ORDER, "units_sold", "unit_price"),
        (PURCHASE_ORDER, "item_quantity", "item_unit_price"),
    ):
        for row in business.rows(table):
            amount = int(str(row[table.place(units)])) * Decimal(str(row[table.place(price)]))
            sums[row[table.place("currency_id")]] += amount
    paid: dict[object, Decimal] = defaultdict(Decimal)
    for row in business.rows(PAYMENT):
        if row[PAYMENT.place("payment_type_id")] in (1, 3):
            paid[row[PAYMENT.place("currency_id")]] += Decimal(str(row[PAYMENT.place("payment_amount")]))
    assert paid == sums
    assert len(paid) == 3


def test_every_row_fits_its_entry_in_the_books(business: Business) -> None:
    for row in business.rows(TRANSACTION):
        kind, sale, purchase = row[1:4]
        assert (kind, sale is None, purchase is None) in {("SALE", False, True), ("PURCHASE", True, False)}


def test_a_day_brings_rows_with_stamps_from_before_the_end_of_the_day_before(young: Business, tmp_path: Path) -> None:
    grown = young.copied(tmp_path)
    for day in range(1, 4):
        seen = max(str(row[2]) for row in grown.rows(PAYMENT))
        known = {row[0] for row in grown.rows(PAYMENT)}
        grown.write(day)
        late = [row for row in grown.rows(PAYMENT) if row[0] not in known and str(row[2])[:10] == seen[:10]]
        assert late
        assert all(timedelta() < moment(f"{seen[:10]} 19:00") - moment(row[2]) <= timedelta(minutes=9) for row in late)


def test_long_transactions_are_open_while_others_commit(business: Business) -> None:
    with closing(sqlite3.connect(business.history)) as connection:
        (straddled,) = connection.execute(
            "select count(distinct long.commit_id) from commits as long, commits as other"
            " where long.is_long and other.commit_id < long.commit_id"
            " and other.committed_at > long.began_at and other.day = long.day"
        ).fetchone()
        days, disordered = connection.execute(
            "select count(distinct day), sum(committed_at < before) from"
            " (select day, committed_at, lag(committed_at, 1, '') over (order by commit_id) as before from commits)"
        ).fetchone()
    assert disordered == 0
    assert straddled > 0.9 * days


@pytest.mark.parametrize("numbers", [{"scale": 0}, {"seed": -1}])
def test_numbers_that_make_no_sense_are_refused_before_anything_is_done(
    tmp_path: Path, numbers: dict[str, int]
) -> None:
    with pytest.raises(SettingsError, match="cannot be made"):
        Business.opened(tmp_path).write(0, **numbers)
    assert [*tmp_path.iterdir()] == []
