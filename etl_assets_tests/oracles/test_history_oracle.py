"""The oracle's lives of one key against cases worked by hand. Times are days from ZERO; None is an open end."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Literal

import pytest

from etl_assets_tests.oracles.days import ZERO, day, file
from etl_assets_tests.oracles.history import dimension, surrogate_key
from etl_assets_tests.oracles.observed import ALWAYS, OPEN, Declaration, Event, File, Key, Snapshot, Version

TEAM = Declaration(key=("id",), tracked=("team",))
EVERY_KIND = Declaration(key=("id",), tracked=("team",), overwritten=("name",), original=("born",), previous=("team",))


def tells(key: str, at: int, team: str | None, *, by: int = 1, row: int = 1, op: Literal["I", "U", "D"] = "U") -> Event:
    return Event((key,), day(at), op, {"team": team}, file(by), row)


def sees(at: int, *, by: int | None = None, **teams: str | None) -> Snapshot:
    return Snapshot(day(at), file(at if by is None else by), {(key,): {"team": team} for key, team in teams.items()})


def says(at: int, *, by: int = 1, **attributes: object) -> Event:
    return Event(("a",), day(at), "U", {"team": None, "name": None, "born": None} | attributes, file(by), at)


def versions_of(key: str, rows: Iterable[Version]) -> list[Version]:
    return [row for row in rows if row.natural_key == (key,)]


def life(
    key: str, events: Iterable[Event], snapshots: Collection[Snapshot] = (), declaration: Declaration = TEAM
) -> list[tuple[object, int, int | None]]:
    """Team, first day and end of each version of the key."""
    rows = versions_of(key, dimension(declaration, events, snapshots))
    ends = [None if row.is_current else (row.valid_to - ZERO).days for row in rows]
    return [(row.attributes["team"], (row.valid_from - ZERO).days, end) for row, end in zip(rows, ends, strict=True)]


def column(name: str, *events: Event, declaration: Declaration = EVERY_KIND) -> list[object]:
    """The column's value in each version of a."""
    return [row.attributes[name] for row in versions_of("a", dimension(declaration, events, ()))]


def test_a_no_op_matters_once_late_changes_arrive_before_it() -> None:
    first = [tells("a", 2, "C"), tells("a", 12, "C", row=2)]
    late = [tells("a", 3, "A", by=2), tells("a", 4, "B", by=2, row=2)]
    assert life("a", first) == [("C", 2, None)]
    assert life("a", first + late) == [("C", 2, 3), ("A", 3, 4), ("B", 4, 12), ("C", 12, None)]


def test_two_changes_of_a_key_in_one_file_are_two_versions() -> None:
    events = [tells("a", 1, "A"), tells("a", 2, "B", row=2), tells("b", 1, "B", row=3)]
    assert life("a", events) == [("A", 1, 2), ("B", 2, None)]
    assert life("b", events) == [("B", 1, None)]


def test_a_late_change_splits_the_version_it_falls_into() -> None:
    assert life("a", [tells("a", 1, "A"), tells("a", 9, "C"), tells("a", 5, "B", by=2)]) == [
        ("A", 1, 5),
        ("B", 5, 9),
        ("C", 9, None),
    ]


def test_a_delete_leaves_a_gap_and_a_reinsert_opens_a_new_version() -> None:
    events = [tells("a", 1, "A"), tells("a", 3, None, op="D", row=2), tells("a", 6, "A", op="I", row=3)]
    assert life("a", events) == [("A", 1, 3), ("A", 6, None)]


def test_a_delete_of_a_key_that_is_not_there_changes_nothing_until_a_late_insert() -> None:
    deletes = [tells("a", 3, None, op="D"), tells("a", 5, None, op="D", row=2)]
    assert life("a", deletes) == []
    assert life("a", [*deletes, tells("a", 2, "A", by=2)]) == [("A", 2, 3)]
    assert life("a", [*deletes, tells("a", 4, "A", by=2)]) == [("A", 4, 5)]


def test_null_is_a_value() -> None:
    events = [tells("a", 1, None), tells("a", 2, "A"), tells("a", 3, None), tells("a", 4, None)]
    assert life("a", events) == [(None, 1, 2), ("A", 2, 3), (None, 3, None)]


def test_an_empty_text_is_not_null() -> None:
    assert life("a", [tells("a", 1, None), tells("a", 2, "")]) == [(None, 1, 2), ("", 2, None)]


def test_of_two_words_for_one_instant_the_later_file_has_the_last() -> None:
    assert life("a", [tells("a", 1, "B", by=2), tells("a", 1, "A", by=1, row=9)]) == [("B", 1, None)]


def test_within_a_file_the_later_row_has_the_last_word() -> None:
    assert life("a", [tells("a", 1, "B", row=10), tells("a", 1, "A", row=9)]) == [("B", 1, None)]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (File(day(1), day(9), "z", "f"), File(day(2), day(1), "a", "0")),
        (File(day(1), day(1), "z", "f"), File(day(1), day(2), "a", "0")),
        (File(day(1), day(1), "Z", "f"), File(day(1), day(1), "a", "0")),
        (File(day(1), day(1), "a", "0"), File(day(1), day(1), "a", "f")),
    ],
    ids=["time in the name", "modification time", "path, capitals first", "content"],
)
def test_files_are_ordered_by_name_time_then_modification_then_path_then_content(earlier: File, later: File) -> None:
    events = [replace(tells("a", 1, "B", row=1), file=later), replace(tells("a", 1, "A", row=2), file=earlier)]
    assert life("a", events) == [("B", 1, None)]


def test_a_delete_and_a_reinsert_at_one_instant_leave_no_gap() -> None:
    events = [tells("a", 1, "A"), tells("a", 5, None, op="D", row=2), tells("a", 5, "A", row=3)]
    assert life("a", events) == [("A", 1, None)]


def test_an_event_told_again_has_the_last_word_where_it_is_told_last() -> None:
    events = [tells("a", 1, "A", by=1), tells("a", 1, "B", by=2)]
    assert life("a", [*events, tells("a", 1, "A", by=3)]) == [("A", 1, None)]
    assert life("a", [*events, tells("a", 1, "B", by=1, row=9)]) == [("B", 1, None)]


def test_an_event_told_again_is_the_original_where_it_is_told_first() -> None:
    events = [says(1, born=1, by=1), says(1, born=2, by=2), replace(says(1, born=1, by=3), op="I")]
    assert column("born", *events) == [1]


def test_a_snapshot_closes_the_keys_that_it_lacks() -> None:
    assert life("a", [], [sees(1, a="A", b="B"), sees(5, b="B")]) == [("A", 1, 5)]
    assert life("b", [], [sees(1, a="A", b="B"), sees(5, b="B")]) == [("B", 1, None)]


def test_a_snapshot_leaves_missing_keys_alone_where_that_is_declared() -> None:
    keep = replace(TEAM, missing="keep")
    assert life("a", [], [sees(1, a="A"), sees(5, b="B"), sees(9, a="C")], keep) == [("A", 1, 9), ("C", 9, None)]


def test_a_late_snapshot_is_contradicted_by_the_next() -> None:
    snapshots = [sees(1, a="A"), sees(3, a="A"), sees(2, a="A", c="C")]
    assert life("c", [], snapshots) == [("C", 2, 3)]
    assert life("a", [], snapshots) == [("A", 1, None)]


def test_a_snapshot_asserts_what_did_not_change() -> None:
    known, snapshot = [tells("a", 1, "A")], [sees(10, a="A")]
    assert life("a", known, snapshot) == [("A", 1, None)]
    assert life("a", [*known, tells("a", 5, "B", by=20)], snapshot) == [("A", 1, 5), ("B", 5, 10), ("A", 10, None)]


def test_a_snapshot_closes_a_key_that_only_events_told_and_not_one_that_comes_later() -> None:
    events = [tells("a", 1, "A"), tells("b", 7, "B", row=2)]
    assert life("a", events, [sees(5)]) == [("A", 1, 5)]
    assert life("b", events, [sees(5)]) == [("B", 7, None)]


def test_a_snapshot_and_an_event_of_one_instant_are_ordered_by_their_files() -> None:
    assert life("a", [tells("a", 1, "A", by=1), tells("a", 5, "B", by=4)], [sees(5)]) == [("A", 1, 5)]
    assert life("a", [tells("a", 1, "A", by=1), tells("a", 5, "B", by=6)], [sees(5)]) == [("A", 1, 5), ("B", 5, None)]


def test_two_snapshots_of_one_time_are_ordered_by_their_files() -> None:
    assert life("a", [], [sees(5, by=2), sees(5, by=1, a="A")]) == []
    assert life("a", [], [sees(5, by=1), sees(5, by=2, a="A")]) == [("A", 5, None)]


def test_a_snapshot_that_repeats_an_older_one_is_a_state_of_its_own() -> None:
    assert life("a", [], [sees(1, a="A"), sees(2, a="B"), sees(3, a="A")]) == [
        ("A", 1, 2),
        ("B", 2, 3),
        ("A", 3, None),
    ]


def test_a_snapshot_is_never_taken_for_an_event_told_again() -> None:
    event = [says(5, born=1, by=1), says(5, born=2, by=2)]
    snapshot = Snapshot(day(5), file(3), {("a",): event[0].attributes})
    rows = versions_of("a", dimension(EVERY_KIND, event, [snapshot]))
    assert [row.attributes["born"] for row in rows] == [1]


def test_an_empty_snapshot_closes_everything() -> None:
    snapshots = [sees(1, a="A", b="B"), sees(4)]
    assert life("a", [], snapshots) == [("A", 1, 4)]
    assert life("b", [], snapshots) == [("B", 1, 4)]


def test_an_overwritten_value_stands_in_every_version() -> None:
    assert column("name", says(1, team="A", name="old"), says(5, team="B", name="new")) == ["new", "new"]


def test_a_late_old_value_never_overwrites_a_newer_one() -> None:
    known = [says(1, team="A", name="old"), says(5, team="B", name="new")]
    assert column("name", *known, says(3, team="A", name="late", by=9)) == ["new", "new"]


def test_null_overwrites_and_a_delete_does_not() -> None:
    known = [says(1, team="A", name="old"), says(5, team="A", name=None)]
    delete = replace(says(7, name="gone"), op="D")
    assert column("name", *known, delete) == [None]


def test_the_last_word_of_an_instant_overwrites() -> None:
    assert column("name", says(1, name="second", by=2), says(1, name="first", by=1)) == ["second"]


def test_an_original_value_stays_until_an_older_one_is_heard_of() -> None:
    known = [says(2, team="A", born=1), says(5, team="B", born=2)]
    assert column("born", *known) == [1, 1]
    assert column("born", *known, says(1, team="A", born=0, by=9)) == [0, 0]


def test_the_first_word_of_an_instant_is_the_original_though_another_is_the_state() -> None:
    events = [says(1, team="A", born=1, by=1), says(1, team="B", born=2, by=2)]
    assert column("born", *events) == [1]
    assert column("team", *events) == ["B"]


def test_previous_is_the_value_before_the_last_change() -> None:
    events = [says(1, team="A"), says(2, team="B"), says(3, team="A"), says(4, team=None), says(5, team="C")]
    assert column("previous_team", *events) == [None, "A", "B", "A", None]


def test_previous_outlives_a_gap_and_a_change_of_another_column() -> None:
    declaration = replace(EVERY_KIND, tracked=("team", "name"), overwritten=())
    delete = replace(says(3), op="D")
    events = [says(1, team="A"), says(2, team="B"), delete, says(5, team="B"), says(6, team="B", name="x")]
    assert column("previous_team", *events, declaration=declaration) == [None, "A", "A", "A"]


def test_a_column_that_is_not_declared_opens_no_version() -> None:
    events = [says(1, team="A", born=1), says(2, team="A", born=2)]
    assert [(row.valid_from, row.attributes) for row in dimension(TEAM, events, ())[1:]] == [(day(1), {"team": "A"})]


def test_without_tracked_columns_a_life_is_one_version() -> None:
    declaration = Declaration(key=("id",), overwritten=("name",))
    events = [says(1, name="x"), says(2, name="y"), replace(says(4), op="D"), says(6, name="z")]
    rows = dimension(declaration, events, ())[1:]
    assert [(row.valid_from, row.valid_to, row.attributes) for row in rows] == [
        (day(1), day(4), {"name": "z"}),
        (day(6), OPEN, {"name": "z"}),
    ]


def test_the_first_version_reaches_back_to_the_declared_beginning() -> None:
    declaration = replace(TEAM, beginning=ALWAYS)
    rows = dimension(declaration, [tells("a", 1, "A"), tells("a", 2, "B")], ())[1:]
    assert [(row.valid_from, row.valid_to) for row in rows] == [(ALWAYS, day(2)), (day(2), OPEN)]
    assert [row.surrogate_key for row in rows] == [surrogate_key(("a",), ALWAYS), surrogate_key(("a",), day(2))]


def test_a_beginning_never_shortens_a_version() -> None:
    declaration = replace(TEAM, beginning=day(5))
    assert life("a", [tells("a", 1, "A"), tells("a", 3, "B")], (), declaration) == [("A", 1, 3), ("B", 3, None)]


@pytest.mark.parametrize(
    ("key", "valid_from", "expected"),
    [
        (("a",), "2010-01-01", 1093875616875954621),
        (("ключ|1",), "9999-06-01 23:59:59.999999", 473464924575921524),
        (("1", "23"), "2010-01-01", 300298491160041652),
        (("12", "3"), "2010-01-01", 1033336571264463404),
        (("ж", "1:x"), "0001-06-01 00:00:00.000007", 459476546573578815),
        (("", "a"), "1900-01-01", 485694354079200188),
    ],
)
def test_a_surrogate_key_is_60_bits_of_the_md5_of_key_and_start(key: Key, valid_from: str, expected: int) -> None:
    """The figures come from md5sum over the text, written out by hand."""
    assert surrogate_key(key, datetime.fromisoformat(valid_from)) == expected


def test_the_unknown_member_is_always_there() -> None:
    nothing = {"team": None, "name": None, "born": None, "previous_team": None}
    unknown = dimension(EVERY_KIND, (), ())
    assert unknown == [Version(-1, None, nothing, ALWAYS, OPEN, is_inferred=False)]
    assert unknown[0].is_current
