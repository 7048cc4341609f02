"""Ranges that differ are found, however places lie, and few rows that are equal are looked at."""

from collections import Counter
from collections.abc import Iterator, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from etl_assets.connectors.database.digest import Ranges
from etl_assets.reconcile.ranges import LOOKED_AT, Account, Bounds, different_ranges, first_bits

PLACES = st.integers(-(2**63), 2**63 - 1) | st.integers(-100, 2000)
SOME = st.dictionaries(PLACES, st.integers(1, 2**60), max_size=40)


def side(rows: Mapping[int, int]) -> "tuple[Side, Bounds]":
    """A side with rows, their hash by place."""
    return Side(rows), (len(rows), min(rows, default=0), max(rows, default=0))


class Side:
    """Rows in memory."""

    def __init__(self, rows: Mapping[int, int]) -> None:
        self.rows = rows

    def __call__(self, bits: int, within: Ranges | None) -> Iterator[tuple[int, int, int]]:
        """Their checksums."""
        counts, totals = Counter[int](), Counter[int]()
        for place, hashed in self.rows.items():
            if within is None or place >> within.bits in within.numbers:
                counts[place >> bits] += 1
                totals[place >> bits] += hashed
        return ((number, counts[number], totals[number]) for number in counts)


def looked_at(source: Mapping[int, int], warehouse: Mapping[int, int]) -> tuple[list[Ranges], Account]:
    """What is looked at of two sides."""
    account = Account()
    (ours, one), (theirs, other) = side(source), side(warehouse)
    return [*different_ranges(ours, theirs, (one, other), account)], account


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SOME, SOME)
def test_every_place_that_differs_is_in_exactly_one_range(same: dict[int, int], changed: dict[int, int]) -> None:
    source, warehouse = {**same, **changed}, dict(same)
    found, account = looked_at(source, warehouse)
    for place in source.keys() | warehouse.keys():
        times = sum((place >> each.bits) in each.numbers for each in found)
        assert times <= 1
        assert times == 1 or source.get(place) == warehouse.get(place)
    assert (account.source_rows, account.warehouse_rows) == (len(source), len(warehouse))


def test_a_crowd_in_one_range_is_split_until_few_are_left() -> None:
    crowd = dict.fromkeys(range(20_000), 1)
    source = {**crowd, -(2**62): 1, 2**62: 1}
    found, _ = looked_at({**source, 777: 2}, source)
    looked = [place for each in found for place in source if place >> each.bits in each.numbers]
    assert 777 in looked
    assert len(looked) <= LOOKED_AT


def test_few_rows_that_are_equal_are_looked_at() -> None:
    rows = dict.fromkeys(range(0, 300_000, 3), 1)
    found, account = looked_at({**rows, **dict.fromkeys(range(0, 300_000, 30_000), 2)}, rows)
    looked = sum(1 for each in found for place in rows if place >> each.bits in each.numbers)
    assert account.different == 10
    assert looked <= 10 * 64


def test_the_first_ranges_have_few_rows_each_and_are_not_too_many() -> None:
    assert first_bits(((0, 0, 0), (0, 0, 0))) == 0
    assert first_bits(((5_000_000, 1, 5_000_000), (5_000_000, 1, 5_000_000))) == 7
    assert (2**63 >> first_bits(((10**9, 0, 2**63 - 1), (1, 0, 0)))) <= 65_536
    assert first_bits(((0, 0, 0), (100, -50, 49))) == 5


def test_neighbouring_ranges_are_sought_as_one() -> None:
    where = Ranges(bits=4, numbers=(-1, 0, 1, 5)).where(exp.column("k"), by_index=True)
    assert where.sql() == "k BETWEEN -16 AND 31 OR k BETWEEN 80 AND 95"
    assert Ranges(bits=4, numbers=(-1, 5)).where(exp.column("k"), by_index=False).sql() == "((k) >> 4) IN (-1, 5)"
