"""What the department has besides its people and its work: products, promises, a calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pyarrow as pa

from etl_assets.samples.support.story import Story
from etl_assets.samples.text import joined

_SUFFIXES: Final = 9_999
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Promise:
    """The hours within which a case of a priority is to be assigned, answered and resolved."""

    name: str
    assign: int
    response: int
    resolve: int


PROMISES: Final = (Promise("High", 1, 4, 120), Promise("Normal", 4, 24, 360), Promise("Low", 24, 60, 960))
"""By priority, from 1."""


def promises_sheet() -> bytes:
    """The SLA sheet: a header, nothing quoted, LF."""
    rows = (f"{id_},{row.name},{row.assign},{row.response},{row.resolve}" for id_, row in enumerate(PROMISES, 1))
    return "".join(f"{line}\n" for line in ("id,name,Assign SLA,Response SLA,Resolve SLA", *rows)).encode()


def products(story: Story) -> pa.Table:
    """Lines, then groups, then products, each with the one above it: pid, name, parent_pid."""
    levels: list[pa.Table] = []
    parents = pa.array([""])
    for level, (name, count) in enumerate(
        zip(("Product Line", "Product Group", "Product"), story.products, strict=True)
    ):
        chance = story.chance("products", level)
        numbers = pa.array(np.arange(count))
        suffixes = pa.array(chance.below(_SUFFIXES // 3, count) * 3 + level)
        pids = joined(numbers, "-", suffixes)
        above = parents.take(pa.array(chance.below(len(parents), count)))
        levels.append(pa.table([pids, joined(name, numbers), above], ["pid", "name", "parent_pid"]))
        parents = pids
    return pa.concat_tables(levels)


def calendar() -> pa.Table:
    """The business's days, its weeks beginning on Sundays; the first row stands for no date."""
    first, last = date(2010, 1, 1), date(2020, 12, 31)
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return _columns([("-1", *_day(date(1900, 1, 1))), *((f"{day:%Y%m%d}", *_day(day)) for day in days)])


def _day(day: date) -> Iterable[str]:
    month, weekday = _MONTHS[day.month - 1], _DAYS[day.weekday()]
    yield from (day.isoformat(), str(day.day), f"{day.day:02}", str(day.month), f"{day.month:02}", month, month[:3])
    yield from (f"Q{(day.month + 2) // 3}", str(day.year), str(day.isoweekday()), weekday, weekday[:3], f"{day:%U}")


def _columns(rows: Iterable[Iterable[str]]) -> pa.Table:
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    return pa.table(columns, [str(number) for number in range(len(columns))])
