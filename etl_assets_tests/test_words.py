"""Counted things, and names that look alike."""

from etl_assets.words import counted, nearest_first


def test_one_thing_is_not_many() -> None:
    assert [counted(number, "load") for number in (0, 1, 2, 1000)] == ["0 loads", "1 load", "2 loads", "1,000 loads"]


def test_names_that_look_like_another_come_first() -> None:
    assert nearest_first("analyst", ["cases", "analysts", "annals"]) == ["analysts", "annals", "cases"]
