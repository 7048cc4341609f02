"""Which ranges of places differ: all are asked for first, then shorter ones where rows are still many."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from etl_assets.connectors.database.digest import Ranges

Checksums = Callable[[int, Ranges | None], Iterable[tuple[int, int, int]]]
"""What a side says of ranges of some length: their number, their rows and their sum."""
Bounds = tuple[int, int, int]
_Side = dict[int, tuple[int, int]]

ROWS_A_RANGE: Final = 32
MOST_RANGES: Final = 65_536
LOOKED_AT: Final = 256
"""A range with no more rows than this is not split."""
_SPLIT_BITS: Final = 6
_RANGES_ASKED: Final = 500
_ROWS_ASKED: Final = 20_000


@dataclass
class Account:
    """What was asked.

    Args:
        source_rows: All of the source's.
        warehouse_rows: All of the warehouse's.
        ranges: The ranges that were compared.
        different: Those whose rows have to be looked at.
    """

    source_rows: int = 0
    warehouse_rows: int = 0
    ranges: int = 0
    different: int = 0


def different_ranges(
    source: Checksums, warehouse: Checksums, bounds: tuple[Bounds, Bounds], account: Account
) -> Iterator[Ranges]:
    """The ranges whose rows differ, as many at once as may be looked at together.

    Args:
        source: The source's side.
        warehouse: The warehouse's.
        bounds: The number of rows, the first and the last place of each.
        account: Where it is noted what was asked.
    """
    bits = first_bits(bounds)
    levels: list[tuple[int, Ranges | None]] = [(bits, None)]
    while levels:
        bits, within = levels.pop()
        found = _compared(*_asked(source, warehouse, bits, within), account, is_first=within is None)
        many = [number for number, rows in found.items() if rows > LOOKED_AT and bits]
        few = {number: rows for number, rows in found.items() if rows <= LOOKED_AT or not bits}
        account.different += len(few)
        yield from _together(few, bits)
        shorter, many = max(bits - _SPLIT_BITS, 0), sorted(many)
        some = (tuple(many[at : at + _RANGES_ASKED]) for at in range(0, len(many), _RANGES_ASKED))
        levels.extend((shorter, Ranges(bits=bits, numbers=numbers)) for numbers in some)


def first_bits(bounds: tuple[Bounds, Bounds]) -> int:
    """How long the first ranges are, so that each has a few rows, and they are not too many."""
    there = [each for each in bounds if each[0]]
    if not there:
        return 0
    rows, first, last = max(each[0] for each in there), min(each[1] for each in there), max(each[2] for each in there)
    wanted = max(min(-(-rows // ROWS_A_RANGE), MOST_RANGES), 2)
    bits = 0
    while (last >> bits) - (first >> bits) >= wanted:
        bits += 1
    return bits


def _asked(source: Checksums, warehouse: Checksums, bits: int, within: Ranges | None) -> tuple[_Side, _Side]:
    """What both sides say, asked at once: each has work of its own. The source's connection stays in its thread."""
    with ThreadPoolExecutor(1, "reconcile") as thread:
        theirs = thread.submit(lambda: _by_number(warehouse(bits, within)))
        return _by_number(source(bits, within)), theirs.result()


def _by_number(told: Iterable[tuple[int, int, int]]) -> _Side:
    return {number: (count, total) for number, count, total in told}


def _compared(ours: _Side, theirs: _Side, account: Account, *, is_first: bool) -> dict[int, int]:
    """The ranges that differ, with the rows of the side that has more."""
    if is_first:
        account.source_rows = sum(count for count, _ in ours.values())
        account.warehouse_rows = sum(count for count, _ in theirs.values())
    numbers = ours.keys() | theirs.keys()
    account.ranges += len(numbers)
    nothing = (0, 0)
    pairs = ((number, ours.get(number, nothing), theirs.get(number, nothing)) for number in numbers)
    return {number: max(one[0], other[0]) for number, one, other in pairs if one != other}


def _together(found: dict[int, int], bits: int) -> Iterator[Ranges]:
    """Ranges of the same length, some at once."""
    some: list[int] = []
    rows = 0
    for number in sorted(found):
        if some and (rows + found[number] > _ROWS_ASKED or len(some) == _RANGES_ASKED):
            yield Ranges(bits=bits, numbers=tuple(some))
            some, rows = [], 0
        some.append(number)
        rows += found[number]
    if some:
        yield Ranges(bits=bits, numbers=tuple(some))
