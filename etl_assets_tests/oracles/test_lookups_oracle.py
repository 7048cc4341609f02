"""The oracle's looked-up columns against cases worked by hand: people, their city's name. Times are days from ZERO."""

from typing import Literal

import pytest

from etl_assets_tests.oracles.days import ZERO, day, file
from etl_assets_tests.oracles.history import observations, table
from etl_assets_tests.oracles.lookups import Looked, cascaded
from etl_assets_tests.oracles.observed import Declaration, Event

PERSON = Declaration(key=("id",), tracked=("city",), overwritten=("last",), original=("first",), previous=("city",))
ANY = Declaration(key=("id",))
NAMES = {"city": "name", "last": "name", "first": "name"}
Story = tuple[int, str | None]
"""A day, and what is told of it; ``end`` for the end of the key."""


def told(column: str, *stories: Story) -> list[Event]:
    """A key's changes, row after row of one file."""
    return [
        Event(("a",), day(at), "D" if said == "end" else "U", {column: said}, file(1), row)
        for row, (at, said) in enumerate(stories, start=1)
    ]


def life(
    person: list[Event], place: list[Event], *, before_first: Literal["unknown", "first"] = "unknown"
) -> list[tuple[object, int, int | None]]:
    """Day by day the city of a person ``a`` who lives in ``a``."""
    known = observations(ANY, place, ())
    looked = Looked(by=("place",), columns=NAMES, known=known, before_first=before_first)
    rows = table(PERSON, cascaded(observations(ANY, person, ()), [looked]))[1:]
    ends = [None if row.is_current else (row.valid_to - ZERO).days for row in rows]
    return [(row.attributes["city"], (row.valid_from - ZERO).days, end) for row, end in zip(rows, ends, strict=True)]


def test_a_change_of_the_other_opens_a_version() -> None:
    place = told("name", (1, "Rome"), (5, "Roma"))
    assert life(told("place", (2, "a")), place) == [("Rome", 2, 5), ("Roma", 5, None)]


def test_a_change_at_the_same_instant_is_one_version() -> None:
    place = told("name", (1, "Rome"), (2, "Roma"), (2, "ROMA"))
    assert life(told("place", (2, "a")), place) == [("ROMA", 2, None)]


def test_nobody_lives_where_nothing_is_known() -> None:
    place = told("name", (3, "Rome"), (5, "end"), (7, "Rome"))
    assert life(told("place", (2, "a"), (9, None)), place) == [
        (None, 2, 3),
        ("Rome", 3, 5),
        (None, 5, 7),
        ("Rome", 7, 9),
        (None, 9, None),
    ]


@pytest.mark.parametrize("end", [(), ((1, "end"),)])
def test_the_first_values_may_stand_before_the_first_version(end: tuple[Story, ...]) -> None:
    place = told("name", *end, (4, "Rome"), (5, "end"))
    assert life(told("place", (2, "a")), place, before_first="first") == [("Rome", 2, 5), (None, 5, None)]


def test_an_end_of_the_own_key_is_left_alone() -> None:
    place = told("name", (1, "Rome"), (4, "Roma"), (6, "ROMA"))
    assert life(told("place", (2, "a"), (3, "end"), (5, "a")), place) == [
        ("Rome", 2, 3),
        ("Roma", 5, 6),
        ("ROMA", 6, None),
    ]


def test_the_last_value_is_that_of_the_last_time_and_the_first_that_of_the_first() -> None:
    place = told("name", (1, "Rome"), (5, "Roma"))
    looked = Looked(by=("place",), columns=NAMES, known=observations(ANY, place, ()))
    known = cascaded(observations(ANY, told("place", (2, "a")), ()), [looked])
    rows = [row.attributes for row in table(PERSON, known)[1:]]
    assert [(row["first"], row["last"], row["previous_city"]) for row in rows] == [
        ("Rome", "Roma", None),
        ("Rome", "Roma", "Rome"),
    ]
