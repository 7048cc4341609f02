"""Counted things, and names that look alike."""

from etl_assets.words import counted, few, nearest_first


def test_one_thing_is_not_many() -> None:
    assert [counted(number, "load") for number in (0, 1, 2, 1000)] == ["0 loads", "1 load", "2 loads", "1,000 loads"]


def test_of_many_names_the_first_are_said() -> None:
    assert [few("ab"), few("abc", most=2)] == ["a, b", "a, b and 1 more"]


def test_names_that_look_like_another_come_first() -> None:
    assert nearest_first("analyst", ["cases", "analysts", "annals"]) == ["analysts", "annals", "cases"]
