"""Random numbers are judged by numpy's own, which come from the same raw stream, and by counting."""

import numpy as np

from etl_assets.samples.chance import Chance


def test_shares_are_those_of_the_raw_stream_in_fifty_three_bits() -> None:
    stream = [3, int.from_bytes(b"cases"), 2011]
    expected = np.random.Generator(np.random.PCG64(stream)).random(1000)
    assert Chance(3, "cases", 2011).shares(1000).tolist() == expected.tolist()


def test_another_stream_gives_other_numbers() -> None:
    first = Chance(1, "cases", 2011).shares(10).tolist()
    assert first == Chance(1, "cases", 2011).shares(10).tolist()
    others = (Chance(2, "cases", 2011), Chance(1, "logs", 2011), Chance(1, "cases", 2012))
    assert all(first != other.shares(10).tolist() for other in others)


def test_integers_stay_below_their_limit_and_reach_each_value() -> None:
    assert set(Chance(1).below(7, 1000).tolist()) == set(range(7))


def test_an_order_has_each_place_once_in_each_row() -> None:
    rows = Chance(1).order(50, 11).tolist()
    assert all(sorted(row) == list(range(11)) for row in rows)
    assert len({tuple(row) for row in rows}) == 50


def test_kinds_come_as_often_as_their_weight_says() -> None:
    counts = np.bincount(Chance(1).kinds((1, 0, 3), 4000), minlength=3).tolist()
    assert counts[1] == 0
    assert 900 < counts[0] < 1100


def test_an_amount_is_rounded_right_on_average() -> None:
    chance = Chance(1)
    rounded = [chance.rounded(2.25) for _ in range(4000)]
    assert set(rounded) == {2, 3}
    assert 900 < rounded.count(3) < 1100


def test_nothing_asked_is_nothing_given() -> None:
    assert Chance(1).shares(0).tolist() == []
    assert Chance(1).order(0).tolist() == []
