"""What happens to orders that are there: paid, corrected, changed behind ``last_updated``, cancelled, refunded."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final

from etl_assets.samples.totesys.book import Book
from etl_assets.samples.totesys.changes import Change, Row
from etl_assets.samples.totesys.orders import (
    PURCHASE_PAYMENT,
    PURCHASE_REFUND,
    SALES_RECEIPT,
    SALES_REFUND,
    payment_amount,
)
from etl_assets.samples.totesys.schema import PAYMENT, PURCHASE_ORDER, SALES_ORDER, TRANSACTION, Table
from etl_assets.samples.totesys.story import Story, at, date_after, day_at, written
from etl_assets.samples.totesys.words import Words

_A_DAY: Final = {"corrected": 0.6, "silent": 0.9, "cancelled": 0.4, "refunded": 0.2}
_PAID: Final = 0.61
_REFUNDS: Final = {SALES_RECEIPT: SALES_REFUND, PURCHASE_PAYMENT: PURCHASE_REFUND}
_LATER: Final = (2, 200)


def replaced(table: Table, row: Row, stamp: str | None, **values: object) -> Change:
    """A row with other values; without a stamp ``last_updated`` stays where it is."""
    changed = [*row]
    for column, value in (values | ({"last_updated": stamp} if stamp else {})).items():
        changed[table.place(column)] = value
    return Change(table, "U", tuple(changed), stamp is not None)


def payments_made(story: Story, book: Book, number: int) -> list[Change]:
    """The bank's run in the morning: most of what was due yesterday is paid."""
    day, before = day_at(number), day_at(max(number - 1, 1))
    due = book.payments_due(date_after(before, 0), date_after(day, 0))
    kept = story.chance("paid", number).shares(len(due)) < _PAID
    rows = book.rows(PAYMENT, [key for key, keep in zip(due, kept.tolist(), strict=True) if keep])
    stamp, paid = written(at(day, 7.92)), PAYMENT.place("paid")
    return [replaced(PAYMENT, row, stamp, paid=1) for row in rows.values() if not row[paid]]


class Revisions:
    """The changes of a day to orders of the days before, no order twice.

    Args:
        story: The sample.
        book: What was so far.
        number: The working day.
        known: The highest keys of what orders refer to.
        next_keys: The next keys of new rows.
    """

    def __init__(
        self, story: Story, book: Book, number: int, known: dict[Table, int], next_keys: dict[Table, int]
    ) -> None:
        self._chance = story.chance("revisions", number)
        self._words = Words(self._chance)
        self._book, self._known, self._next_keys = book, known, next_keys
        self._day = day_at(number)
        self._rates = {name: rate * story.scale for name, rate in _A_DAY.items()}

    def changes(self, paid: dict[int, Row]) -> Iterator[tuple[str, list[Change]]]:
        """When something happens, and what.

        Args:
            paid: The payments of this morning, which the history does not have yet.
        """
        wanted = [name for name, rate in self._rates.items() for _ in range(self._chance.rounded(rate))]
        booked = self._drawn(len(wanted))
        entries = self._book.rows(TRANSACTION, booked)
        payments = self._book.rows(PAYMENT, entries) | {key: row for key, row in paid.items() if key in entries}
        orders = {table: self._book.rows(table, _orders(table, entries.values())) for table in _KINDS}
        hours = self._chance.shares(len(wanted)).tolist()
        seen = set[tuple[Table, object]]()
        for name, key, share in zip(wanted, booked, hours, strict=False):
            if key not in entries:
                continue
            table, order_key = _order_of(entries[key])
            if (table, order_key) in seen or payments[key][_REASON] not in _REFUNDS:
                continue
            seen.add((table, order_key))
            stamp = written(at(self._day, 8 + 10.9 * share))
            revise: Callable[[Table, Row, Row, Row, str], list[Change]] = getattr(self, f"_{name}")
            yield stamp, revise(table, orders[table][int(str(order_key))], entries[key], payments[key], stamp)

    def _drawn(self, count: int) -> list[int]:
        highest = self._book.highest(TRANSACTION)
        return [*dict.fromkeys((1 + self._chance.below(highest, count)).tolist())] if highest else []

    def _corrected(self, table: Table, order: Row, _: Row, payment: Row, stamp: str) -> list[Change]:
        """The number of units was wrong."""
        units, price = ("units_sold", "unit_price") if table is SALES_ORDER else ("item_quantity", "item_unit_price")
        number = max(1, int(str(order[table.place(units)])) + self._words.number(-20, 20))
        amount = payment_amount(number, order[table.place(price)])
        return [
            replaced(table, order, stamp, **{units: number}),
            replaced(PAYMENT, payment, stamp, payment_amount=amount),
        ]

    def _silent(self, table: Table, order: Row, *_: object) -> list[Change]:
        """Somebody changes a row by hand, and last_updated stays where it was."""
        columns = ["agreed_delivery_date", "agreed_delivery_location_id", "staff_id", "design_id"]
        column = self._words.one(columns if table is SALES_ORDER else columns[:-1])
        if column == "agreed_delivery_date":
            first = datetime.fromisoformat(str(order[table.place(column)]))
            value: object = date_after(max(first, self._day), self._words.number(*_LATER))
        else:
            value = self._another(column, order[table.place(column)])
        return [replaced(table, order, None, **{column: value})]

    def _another(self, column: str, now: object) -> int:
        known = {table.key: highest for table, highest in self._known.items()}
        highest = known.get(column, known["address_id"])
        return (int(str(now)) + self._words.number(0, highest - 2)) % highest + 1

    def _cancelled(self, table: Table, order: Row, entry: Row, payment: Row, _: str) -> list[Change]:
        """An order that is not paid is taken back, with all that belongs to it."""
        if payment[PAYMENT.place("paid")]:
            return []
        gone = ((PAYMENT, payment), (TRANSACTION, entry), (table, order))
        return [Change(found, "D", row, moved=False) for found, row in gone]

    def _refunded(self, _: Table, __: Row, entry: Row, payment: Row, stamp: str) -> list[Change]:
        """What was paid goes back: another entry of the same order, and its payment."""
        if not payment[PAYMENT.place("paid")]:
            return []
        key = self._next_keys[TRANSACTION]
        self._next_keys[TRANSACTION] = key + 1
        back = [*payment]
        back[: PAYMENT.place("counterparty_id")] = [key, stamp, stamp, key]
        back[_REASON] = _REFUNDS[int(str(payment[_REASON]))]
        back[PAYMENT.place("paid")] = 0
        back[PAYMENT.place("payment_date")] = date_after(self._day, self._words.number(0, 6))
        booked = (key, *entry[1:4], stamp, stamp)
        return [Change(TRANSACTION, "I", booked, moved=True), Change(PAYMENT, "I", tuple(back), moved=True)]


_REASON: Final = PAYMENT.place("payment_type_id")
_KINDS: Final = (SALES_ORDER, PURCHASE_ORDER)


def _order_of(entry: Row) -> tuple[Table, object]:
    return (SALES_ORDER, entry[2]) if entry[2] is not None else (PURCHASE_ORDER, entry[3])


def _orders(table: Table, entries: Iterable[Row]) -> list[int]:
    return [int(str(key)) for found, key in map(_order_of, entries) if found is table]
