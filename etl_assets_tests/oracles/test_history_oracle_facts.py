"""The oracle's table of facts, inferred members and the mass-close guard, against cases worked by hand."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

import pytest

from etl_assets_tests.oracles.days import day, file
from etl_assets_tests.oracles.history import dimension, mass_closes, resolve, seen, surrogate_key
from etl_assets_tests.oracles.observed import ALWAYS, OPEN, Declaration, Event, FactKey, Snapshot, Version

TEAM = Declaration(key=("id",), tracked=("team",))
PAIR = replace(TEAM, key=("site", "id"))


def tells(key: str, at: int, op: Literal["I", "U", "D"] = "U") -> Event:
    return Event((key,), day(at), op, {"team": "A" if op != "D" else None}, file(1), at)


def counted(at: int, first: int, last: int) -> Snapshot:
    return Snapshot(day(at), file(at), {(str(number),): {"team": "A"} for number in range(first, last + 1)})


EVENTS = [tells("a", 2), tells("a", 4, "D"), tells("a", 6), tells("a", 8, "D"), tells("gone", 5, "D")]
FIRST, SECOND = surrogate_key(("a",), day(2)), surrogate_key(("a",), day(6))


def points_to(declaration: Declaration, natural_key: FactKey, at: datetime | None) -> int:
    rows = dimension(declaration, EVENTS, (), [natural_key])
    return resolve(declaration, rows, seen(declaration, EVENTS, ()), natural_key, at)


@pytest.mark.parametrize(
    ("at", "expected", "by_declaration"),
    [
        (1, -1, FIRST),
        (2, FIRST, FIRST),
        (3, FIRST, FIRST),
        (4, -1, FIRST),
        (5, -1, FIRST),
        (6, SECOND, SECOND),
        (7, SECOND, SECOND),
        (8, -1, SECOND),
        (99, -1, SECOND),
    ],
)
def test_a_fact_gets_the_version_alive_at_its_time(at: int, expected: int, by_declaration: int) -> None:
    lenient = replace(TEAM, before_first="first", in_gap="last before")
    assert points_to(TEAM, ("a",), day(at)) == expected
    assert points_to(lenient, ("a",), day(at)) == by_declaration


def test_the_two_lenient_answers_are_declared_apart() -> None:
    assert points_to(replace(TEAM, before_first="first"), ("a",), day(1)) == FIRST
    assert points_to(replace(TEAM, before_first="first"), ("a",), day(5)) == -1
    assert points_to(replace(TEAM, in_gap="last before"), ("a",), day(1)) == -1
    assert points_to(replace(TEAM, in_gap="last before"), ("a",), day(5)) == FIRST


@pytest.mark.parametrize("key", [None, (None,), (None, "a"), ("a", None)])
def test_a_fact_of_no_key_gets_the_unknown_member_and_infers_none(key: FactKey) -> None:
    declaration = TEAM if key is None or len(key) == 1 else PAIR
    rows = dimension(declaration, EVENTS, (), [key])
    assert resolve(declaration, rows, seen(TEAM, EVENTS, ()), key, day(3)) == -1
    assert not any(row.is_inferred for row in rows)


@pytest.mark.parametrize("at", [day(3), datetime.fromisoformat("0001-01-01"), OPEN, None])
def test_a_fact_of_a_key_never_seen_gets_an_inferred_member_whatever_its_time(at: datetime | None) -> None:
    assert points_to(TEAM, ("new",), at) == surrogate_key(("new",), ALWAYS)


@pytest.mark.parametrize("lenient", [TEAM, replace(TEAM, before_first="first", in_gap="last before")])
def test_a_fact_without_time_or_of_a_key_seen_only_in_deletes_gets_the_unknown_member(lenient: Declaration) -> None:
    assert points_to(lenient, ("a",), None) == -1
    assert points_to(lenient, ("gone",), day(9)) == -1


def test_an_inferred_member_is_its_key_alone_and_valid_always() -> None:
    rows = dimension(TEAM, EVENTS, (), [("new",), ("a",), ("new",), ("gone",)])
    assert [row for row in rows if row.is_inferred] == [
        Version(surrogate_key(("new",), ALWAYS), ("new",), {"team": None}, ALWAYS, OPEN, is_inferred=True)
    ]
    assert all(row.is_current for row in rows if row.is_inferred)


def test_an_inferred_member_goes_once_its_key_is_seen_were_it_only_a_delete() -> None:
    for op in ("U", "D"):
        rows = dimension(TEAM, [*EVENTS, tells("new", 9, op)], (), [("new",)])
        assert not any(row.is_inferred for row in rows)
    seen_in_snapshot = Snapshot(day(9), file(9), {("new",): {"team": "A"}})
    assert seen(TEAM, EVENTS, [seen_in_snapshot]) == {("a",), ("gone",), ("new",)}
    assert not any(row.is_inferred for row in dimension(TEAM, EVENTS, [seen_in_snapshot], [("new",)]))


@pytest.mark.parametrize(
    ("alive", "kept", "refused"),
    [
        (50, 39, True),
        (55, 44, False),
        (55, 43, True),
        (10, 0, False),
        (11, 0, True),
        (12, 2, False),
        (200, 160, False),
        (200, 159, True),
    ],
)
def test_a_snapshot_may_not_close_more_than_ten_keys_and_a_fifth_of_those_alive(
    alive: int, kept: int, *, refused: bool
) -> None:
    known, arriving = counted(1, 1, alive), counted(5, 1, kept)
    assert mass_closes(TEAM, [], [known], arriving) is refused


def test_the_guard_does_not_count_what_a_dimension_that_keeps_missing_keys_would_not_close() -> None:
    assert not mass_closes(replace(TEAM, missing="keep"), [], [counted(1, 1, 100)], counted(5, 1, 0))


def test_the_guard_counts_the_keys_alive_just_before_the_snapshot() -> None:
    deleted = [Event((str(number),), day(3), "D", {"team": None}, file(3), number) for number in range(1, 21)]
    later = [Event((f"later {number}",), day(7), "U", {"team": "A"}, file(7), number) for number in range(100)]
    snapshots = [counted(1, 1, 31), counted(9, 1, 31)]
    assert mass_closes(TEAM, [*deleted, *later], snapshots, counted(5, 1, 20))
    assert not mass_closes(TEAM, [*deleted, *later], snapshots, counted(5, 21, 30))
    assert mass_closes(TEAM, [], snapshots, counted(5, 1, 10))
    assert not mass_closes(TEAM, [], snapshots, counted(5, 1, 10), share=0.7)
    assert not mass_closes(TEAM, [], snapshots, counted(5, 1, 10), more_than=21)


def test_a_mass_close_passed_on_purpose_closes() -> None:
    rows = dimension(TEAM, [], [counted(1, 1, 30), counted(5, 1, 0)])
    assert [row.valid_to for row in rows[1:]] == [day(5)] * 30
