"""New orders, each with its transaction and payment, for a stretch of a day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from etl_assets.samples.chance import Chance
from etl_assets.samples.totesys.changes import Change, Row
from etl_assets.samples.totesys.schema import (
    ADDRESS,
    COUNTERPARTY,
    CURRENCY,
    DESIGN,
    PAYMENT,
    PURCHASE_ORDER,
    SALES_ORDER,
    STAFF,
    TRANSACTION,
    Table,
)
from etl_assets.samples.totesys.story import date_after, written

SALES_RECEIPT: Final = 1
SALES_REFUND: Final = 2
PURCHASE_PAYMENT: Final = 3
PURCHASE_REFUND: Final = 4
_SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CODE_SIGNS: Final = 7


@dataclass(frozen=True)
class Order:
    """A new order.

    Args:
        stamp: When it was made.
        changes: Its three rows: the order, its transaction and its payment.
    """

    stamp: str
    changes: tuple[Change, Change, Change]


def new_orders(
    chance: Chance,
    next_keys: dict[Table, int],
    known: Mapping[Table, int],
    *,
    sales: int,
    purchases: int,
    begin: datetime,
    end: datetime,
) -> Iterator[Order]:
    """Orders in the order of their stamps, from begin up to end.

    Args:
        chance: What they are drawn from.
        next_keys: The next key of each table that orders are written to; it goes on.
        known: How many addresses, counterparties, designs and staff there are.
        sales: How many are sold.
        purchases: How many are bought.
        begin: The first moment.
        end: The end, which is not reached.
    """
    count = sales + purchases
    span = (end - begin) // timedelta(milliseconds=1)
    moments = np.sort(chance.below(span, count)).tolist()
    is_sale = (chance.order(count) < sales).tolist()
    common = zip(*(column.tolist() for column in _columns(chance, known, count)), strict=True)
    for moment, sold, drawn in zip(moments, is_sale, common, strict=True):
        stamp, day = begin + timedelta(milliseconds=moment), begin.replace(hour=0, minute=0, second=0)
        yield _order(written(stamp), day, next_keys, is_sale=sold, drawn=drawn)


def payment_amount(units: object, price: object) -> str:
    """Money for so many at a price, both as a row has them."""
    return money(int(str(units)) * int(str(price).replace(".", "")))


def money(cents: int) -> str:
    """An amount as a row has it."""
    return f"{cents // 100}.{cents % 100:02}"


def _columns(chance: Chance, known: Mapping[Table, int], count: int) -> list[np.ndarray]:
    """Two numbers of each order for quantity and price, its code, days, account numbers, and what it refers to."""
    limits = (99_000, 99_700, len(_SIGNS) ** _CODE_SIGNS, 8, 7, 90_000_000, 90_000_000)
    return [chance.below(limit, count) for limit in limits] + [
        1 + chance.below(known[table], count) for table in (STAFF, COUNTERPARTY, CURRENCY, ADDRESS, DESIGN)
    ]


def _order(stamp: str, day: datetime, next_keys: dict[Table, int], *, is_sale: bool, drawn: tuple[int, ...]) -> Order:
    size, price, code, delivered, due, ours, theirs, staff, counterparty, currency, address, design = drawn
    table = SALES_ORDER if is_sale else PURCHASE_ORDER
    key, entry = next_keys[table], next_keys[TRANSACTION]
    next_keys[table], next_keys[TRANSACTION] = key + 1, entry + 1
    paid_on = date_after(day, due)
    dates = (date_after(day, delivered), paid_on)
    row: Row
    if is_sale:
        units, unit_price = 1_000 + size, money(200 + price % 201)
        row = (key, stamp, stamp, design, staff, counterparty, units, unit_price, currency, *dates, address)
    else:
        units, unit_price = 1 + size % 999, money(300 + price)
        row = (key, stamp, stamp, staff, counterparty, _code(code), units, unit_price, currency, *dates, address)
    kind, reason = ("SALE", SALES_RECEIPT) if is_sale else ("PURCHASE", PURCHASE_PAYMENT)
    booked = (entry, kind, key if is_sale else None, None if is_sale else key, stamp, stamp)
    amount = payment_amount(units, unit_price)
    paying = (entry, stamp, stamp, entry, counterparty, amount, currency, reason, 0, paid_on)
    payment = (*paying, 10_000_000 + ours, 10_000_000 + theirs)
    return Order(stamp, (_new(table, row), _new(TRANSACTION, booked), _new(PAYMENT, payment)))


def _new(table: Table, row: Row) -> Change:
    return Change(table, "I", row, moved=True)


def _code(number: int) -> str:
    """What a purchase is called in a catalogue: letters and digits."""
    signs = []
    for _ in range(_CODE_SIGNS):
        number, sign = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[sign])
    return "".join(signs)
