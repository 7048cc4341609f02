"""Bars: which stretch of time one stands for, and how high it is."""

from datetime import date, timedelta

import pytest

from etl_assets.pictures.bars import bars
from etl_assets.pictures.svg import INLINE, WIDTH
from etl_assets_tests.pictures.pictures_drawn import drawn, strokes, texts

BEGIN = date(2020, 1, 1)


def test_a_bar_is_as_high_as_its_day_has_rows() -> None:
    said, svg = drawn(bars("rows", "sold_at", [(BEGIN, 10), (BEGIN + timedelta(days=2), 5)]))
    assert said == "rows by day, 2020-01-01 to 2020-01-03"
    assert strokes(svg) == ["M12 64v-64", "M60 64v-32"]
    assert texts(svg) == ["2020-01-01", "2020-01-03"]


def test_the_words_below_say_how_many_and_when_the_most() -> None:
    told = bars("rows", "sold_at", [(BEGIN, 1000), (BEGIN + timedelta(days=40), 2000), (BEGIN + timedelta(days=41), 1)])
    assert told.split("\n\n")[1:] == ["3,001 rows by day of sold_at", "most: 2,000 in 2020-02-10"]


@pytest.mark.parametrize(
    ("days", "unit", "last"),
    [
        (47, "day", "2020-02-17"),
        (48, "week", "2020-02-17"),
        (360, "month", "2020-12"),
        (5 * 365, "quarter", "2024-Q4"),
        (13 * 365, "year", "2032"),
        (60 * 365, "ten years", "2070"),
        (600 * 365, "hundred years", "2600"),
    ],
)
def test_the_longer_the_time_the_more_a_bar_stands_for(days: int, unit: str, last: str) -> None:
    said, svg = drawn(bars("rows", "sold_at", [(BEGIN, 1), (BEGIN + timedelta(days=days), 1)]))
    assert said.partition(",")[0] == f"rows by {unit}"
    assert texts(svg)[-1] == last


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([date.min, date(2026, 1, 1)], "rows by hundred years, 1 to 2000"),
        ([BEGIN, date.max], "rows by thousand years, 2000 to 9000"),
        ([date.min, date.max], "rows by thousand years, 1 to 9000"),
    ],
)
def test_the_first_and_the_last_day_that_there_are_can_be_drawn(days: list[date], said: str) -> None:
    assert drawn(bars("rows", "sold_at", [(day, 1) for day in days]))[0] == said


def test_few_rows_beside_many_are_seen_still() -> None:
    _, svg = drawn(bars("rows", "sold_at", [(BEGIN, 1_000_000), (BEGIN + timedelta(days=1), 1)]))
    assert strokes(svg)[1] == "M36 64v-1"


def test_one_day_is_one_bar() -> None:
    _, svg = drawn(bars("rows", "sold_at", [(BEGIN, 3)]))
    assert (strokes(svg), texts(svg)) == (["M12 64v-64"], ["2020-01-01"])


@pytest.mark.parametrize("step", [1, 7, 30, 90, 365])
def test_the_fullest_picture_is_short_enough_to_be_shown_at_once(step: int) -> None:
    counts = [(BEGIN + timedelta(days=step * number), 10**6 - number) for number in range(48)]
    markdown = bars("versions", "valid_from_of_a_long_name", counts)
    assert len(markdown) < INLINE
    _, svg = drawn(markdown)
    assert all(0 <= float(stroke[1:].split()[0]) <= WIDTH for stroke in strokes(svg))
