"""One working day as commits: the late ones of yesterday, the bank's run, the hours, and what is open for hours."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from etl_assets.samples.chance import Chance
from etl_assets.samples.totesys.book import Book
from etl_assets.samples.totesys.changes import Change, Commit
from etl_assets.samples.totesys.news import News
from etl_assets.samples.totesys.orders import Order, new_orders
from etl_assets.samples.totesys.people import opening
from etl_assets.samples.totesys.revisions import Revisions, payments_made
from etl_assets.samples.totesys.schema import PURCHASE_ORDER, SALES_ORDER, TABLES, TRANSACTION, Table
from etl_assets.samples.totesys.story import Story, at, day_at, written

_SALES: Final = 21.1
_PURCHASES: Final = 8.8
_LATE: Final = 0.02
_LONG: Final = 0.04
_HOURS: Final = range(8, 19)
_LONG_ONES: Final = ((8.6, 2.0), (12.2, 3.1))
"""When long transactions begin, give or take, and how long they are open."""


def commits_of(story: Story, book: Book, number: int) -> list[Commit]:
    """What a day brings, in the order in which it becomes visible; day 0 is the opening."""
    if number == 0:
        return [opening(story)]
    chance, day = story.chance("orders", number), day_at(number)
    known = {table: book.highest(table) for table in TABLES}
    next_keys = {table: known[table] + 1 for table in (SALES_ORDER, PURCHASE_ORDER, TRANSACTION)}
    late = _late(story, chance, number, known, next_keys)
    paid = payments_made(story, book, number)
    sales, purchases = chance.rounded(_SALES * story.scale), chance.rounded(_PURCHASES * story.scale)
    begin, end = at(day, _HOURS.start), at(day, _HOURS.stop)
    orders = new_orders(chance, next_keys, known, sales=sales, purchases=purchases, begin=begin, end=end)
    long, others = _parted(chance, day, [*orders])
    revised = Revisions(story, book, number, known, next_keys).changes({int(str(c.row[0])): c.row for c in paid})
    told = [*others, *revised, *News(story, book, number, known).changes()]
    early = [_at_once(paid)] if paid else []
    return sorted([*late, *early, *long, *_by_hour(told)], key=lambda commit: commit.committed_at)


def _late(
    story: Story, chance: Chance, number: int, known: dict[Table, int], next_keys: dict[Table, int]
) -> list[Commit]:
    """Orders of the last minutes of yesterday, which become visible after that day was over."""
    count = 1 + chance.rounded(_LATE * _SALES * story.scale)
    if number == 1:
        return []
    end = at(day_at(number - 1), _HOURS.stop)
    orders = [
        *new_orders(
            chance, next_keys, known, sales=count, purchases=count // 3, begin=end - timedelta(minutes=9), end=end
        )
    ]
    changes = [change for order in orders for change in order.changes]
    return [Commit(began_at=orders[0].stamp, committed_at=written(at(end, 0.1)), is_long=True, changes=changes)]


def _parted(chance: Chance, day: datetime, orders: list[Order]) -> tuple[list[Commit], list[tuple[str, list[Change]]]]:
    """The orders of transactions that are open for hours, and the others."""
    drawn, shares = chance.shares(len(_LONG_ONES)).tolist(), chance.shares(len(orders)).tolist()
    windows = [(written(at(day, begin + share)), written(at(day, begin + share + length)))
               for (begin, length), share in zip(_LONG_ONES, drawn, strict=True)]  # fmt: skip
    held: list[list[Order]] = [[] for _ in windows]
    others: list[tuple[str, list[Change]]] = []
    for order, share in zip(orders, shares, strict=True):
        within = [held[place] for place, (begin, end) in enumerate(windows) if begin <= order.stamp < end]
        place = next((window for window in within if share < _LONG or not window), None)
        if place is None:
            others.append((order.stamp, [*order.changes]))
        else:
            place.append(order)
    long = [
        Commit(began_at=begin, committed_at=end, is_long=True, changes=[c for order in window for c in order.changes])
        for (begin, end), window in zip(windows, held, strict=True)
        if window
    ]
    return long, others


def _at_once(changes: list[Change]) -> Commit:
    stamp = str(changes[0].row[changes[0].table.stamp])
    return Commit(began_at=stamp, committed_at=stamp, changes=changes)


def _by_hour(told: Iterable[tuple[str, list[Change]]]) -> Iterator[Commit]:
    """Ordinary commits: what happens in an hour, in order."""
    hours: dict[str, list[tuple[str, list[Change]]]] = {}
    for stamp, changes in sorted(told, key=lambda happened: happened[0]):
        hours.setdefault(stamp[:13], []).append((stamp, changes))
    for happened in hours.values():
        began, committed = happened[0][0], happened[-1][0]
        changes = [change for _, some in happened for change in some]
        yield Commit(began_at=began, committed_at=committed, changes=changes)
