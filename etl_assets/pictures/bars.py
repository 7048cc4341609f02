"""How many of something fall into each day, week, month or year: a bar for each."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from etl_assets.pictures.svg import COLOURS, WIDTH, image, label

_MOST_BARS: Final = 48
_HEIGHT: Final = 64
_MONTHS: Final = 12


@dataclass(frozen=True, kw_only=True)
class _Unit:
    """A stretch of time: what it is called, its number, and how that is written."""

    name: str
    number: Callable[[date], int]
    written: Callable[[int], str]


def _months(name: str, months: int, written: Callable[[date], str]) -> _Unit:
    """A unit of whole months; the one that has the first day of all begins with it, as there is no year 0."""

    def number(day: date) -> int:
        return (day.year * _MONTHS + day.month - 1) // months

    def first(count: int) -> date:
        year, month = divmod(count * months, _MONTHS)
        return date(year, month + 1, 1) if year else date.min

    return _Unit(name=name, number=number, written=lambda count: written(first(count)))


_UNITS: Final = (
    _Unit(name="day", number=date.toordinal, written=lambda count: date.fromordinal(count).isoformat()),
    _Unit(
        name="week",
        number=lambda day: (day.toordinal() - 1) // 7,
        written=lambda count: (date.fromordinal(1) + timedelta(weeks=count)).isoformat(),
    ),
    _months("month", 1, lambda day: f"{day:%Y-%m}"),
    _months("quarter", 3, lambda day: f"{day.year}-Q{day.month // 3 + 1}"),
    _months("year", 12, lambda day: str(day.year)),
    _months("ten years", 120, lambda day: str(day.year)),
    _months("hundred years", 1200, lambda day: str(day.year)),
    _months("thousand years", 12000, lambda day: str(day.year)),
)


def bars(what: str, time: str, counts: Sequence[tuple[date, int]]) -> str:
    """A bar for each stretch of time, in Markdown that is short enough to be shown at once.

    Args:
        what: What is counted, in the plural.
        time: The column that says when.
        counts: How many fall into each day; days without any may be left out.
    """
    unit, heights = _folded(counts)
    first, last, most = min(heights), max(heights), max(heights.values())
    when = max(heights, key=lambda number: (heights[number], -number))
    span = f"{unit.written(first)} to {unit.written(last)}"
    parts = [
        f"<path stroke='{COLOURS[0]}' stroke-width='{_step(first, last) * 0.8:.1f}' d='{''.join(_drawn(heights))}'/>",
        label(0, _HEIGHT + 14, unit.written(first)),
    ]
    if last > first:
        parts.append(label(WIDTH, _HEIGHT + 14, unit.written(last), anchor="end"))
    said = f"{what} by {unit.name}, {span}"
    told = f"{sum(heights.values()):,} {what} by {unit.name} of {time}"
    return f"{image(said, parts, height=_HEIGHT + 18)}\n\n{told}\n\nmost: {most:,} in {unit.written(when)}"


def _folded(counts: Sequence[tuple[date, int]]) -> tuple[_Unit, Counter[int]]:
    """The finest unit that gives few enough bars, and the count of each."""
    days = [day for day, _ in counts]
    unit = next(unit for unit in _UNITS if unit.number(max(days)) - unit.number(min(days)) < _MOST_BARS)
    heights: Counter[int] = Counter()
    for day, count in counts:
        heights[unit.number(day)] += count
    return unit, heights


def _step(first: int, last: int) -> float:
    return min(24.0, WIDTH / (last - first + 1))


def _drawn(heights: Counter[int]) -> Iterator[str]:
    first, last, most = min(heights), max(heights), max(heights.values())
    step = _step(first, last)
    for number, count in sorted(heights.items()):
        x, height = step * (number - first + 0.5), max(1, round(count / most * _HEIGHT))
        yield f"M{x:.0f} {_HEIGHT}v-{height}"
