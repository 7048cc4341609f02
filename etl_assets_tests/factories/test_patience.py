"""Waiting for what has not arrived."""

import pytest

from etl_assets.factories.patience import Patience


def asked_until(patience: Patience, until: int, *, every: int = 10) -> tuple[Patience, list[int]]:
    """Ticks from 0 to a second; gives the seconds at which it was asked."""
    at: list[int] = []
    for now in range(0, until + 1, every):
        patience = Patience.of(patience.about, patience.kept())
        if patience.is_due(now):
            patience = patience.asked_at(now)
            at.append(now)
    return patience, at


def test_it_is_asked_again_after_one_two_and_three_minutes_and_then_no_more() -> None:
    patience, at = asked_until(Patience(about="products.csv"), 3600)
    assert at == [0, 60, 180, 360]
    assert patience.is_over


def test_it_is_not_over_before_it_was_asked_for_the_last_time() -> None:
    assert not asked_until(Patience(about="products.csv"), 350)[0].is_over


@pytest.mark.parametrize("kept", [None, "", "yesterday", "5", '{"asked": 2}', '{"about": "x", "else": 1}'])
def test_a_cursor_that_says_nothing_of_it_is_a_beginning(kept: str | None) -> None:
    assert Patience.of("products.csv", kept, waits="cases.csv") == Patience(about="products.csv", waits="cases.csv")


def test_files_that_keep_coming_do_not_begin_it_anew() -> None:
    kept = None
    for now in range(0, 500, 50):
        patience = Patience.of("products.csv", kept, waits=str(now), now=now)
        kept = (patience.asked_at(now) if patience.is_due(now) else patience).kept()
    assert Patience.of("products.csv", kept, waits="the last", now=500).is_over


@pytest.mark.parametrize(("waits", "hours", "is_over"), [("a", 48, True), ("a b", 23, True), ("a b", 25, False)])
def test_when_more_waits_a_day_later_it_begins_anew(waits: str, hours: int, *, is_over: bool) -> None:
    over = Patience(about="products.csv", waits="a", asked=4, ask_at=0)
    assert Patience.of("products.csv", over.kept(), waits=waits, now=hours * 3600).is_over == is_over


def test_another_matter_begins_anew() -> None:
    over, _ = asked_until(Patience(about="products.csv"), 3600)
    assert Patience.of("products.csv", over.kept()).is_over
    assert Patience.of("logs.csv", over.kept()).is_due(0)
