"""The judge of the conformance kit, and what it lets other tools see."""

from datetime import datetime

import pytest

from benchmarks.history.compare import by_key, judged, told
from benchmarks.history.scenario import OPEN, Scenario, Version, moment, scenarios
from benchmarks.history.sources import batches, closes, holds_history, runs

BY_NAME = {scenario.name: scenario for scenario in scenarios()}


def versions(*rows: tuple[str, str | None, int, int | None]) -> list[Version]:
    """Versions of one-column keys and values, their times as days."""
    return [
        Version((key,), (value,), moment(start), OPEN if end is None else moment(end))
        for key, value, start, end in rows
    ]


def seen(scenario: Scenario) -> list[list[tuple[str, str]]]:
    """For each run what a tool that reads the present sees."""
    return [[(row["id"], row["team"]) for row in run.rows] for run in runs(scenario)]


def test_the_right_versions_in_any_order_are_right() -> None:
    given = versions(("a", "C", 5, None), ("a", "A", 1, 3), ("a", "B", 3, 5))
    assert judged(BY_NAME["late_change"], given).kind == "right"


def test_the_times_of_the_runs_are_right_at_run_times() -> None:
    given = versions(("a", "A", 2, 4), ("a", "B", 4, 6), ("a", "A", 6, None))
    assert judged(BY_NAME["a_to_b_and_back"], given).kind == "right at run times"


def test_a_time_that_is_neither_is_wrong() -> None:
    given = versions(("a", "A", 2, 4), ("a", "B", 4, 7), ("a", "A", 7, None))
    assert judged(BY_NAME["a_to_b_and_back"], given).kind == "wrong"


def test_a_version_too_many_is_wrong_and_told() -> None:
    given = versions(("a", "A", 1, 5), ("a", "A", 5, 7), ("a", "B", 7, None))
    verdict = judged(BY_NAME["touched_but_unchanged"], given)
    assert (verdict.kind, verdict.gave) == ("wrong", "a: A 1 to 5, A 5 to 7, B from 7")


def test_a_gap_that_no_run_could_stamp_is_wrong() -> None:
    scenario = BY_NAME["deleted_and_inserted_again_in_one_batch"]
    assert judged(scenario, versions(("a", "A", 2, 6), ("a", "B", 6, None), ("b", "X", 2, None))).kind == "wrong"


def test_a_key_too_many_is_wrong() -> None:
    given = versions(("a", "A", 1, None), ("c", "C", 2, 3), ("d", "D", 1, None))
    assert judged(BY_NAME["late_snapshot"], given).kind == "wrong"


def test_an_error_is_told_before_what_is_there() -> None:
    assert judged(BY_NAME["late_change"], [], ["no such table"]).gave == "error: no such table; nothing"


def test_versions_are_told_by_day_and_alike_keys_together() -> None:
    late = Version(("c",), (None,), datetime.fromisoformat("2024-01-02 00:00:00.000001"))
    given = [*versions(("a", "X", 1, 2), ("b ", "X", 1, 2)), late]
    assert told(by_key(given)) == "a, b␠: X 1 to 2; c: NULL from 2 00:00:00.000001"


def test_a_reader_of_the_present_sees_the_newest_by_its_own_time() -> None:
    assert seen(BY_NAME["late_change"]) == [[("a", "A")], [("a", "C")], [("a", "C")]]


def test_a_reader_of_the_present_does_not_see_what_is_deleted() -> None:
    assert seen(BY_NAME["deleted_and_inserted_again"]) == [
        [("a", "A"), ("b", "X")],
        [("b", "X")],
        [("a", "A"), ("b", "X")],
    ]


def test_a_reader_of_the_present_gets_a_snapshot_as_it_is() -> None:
    assert seen(BY_NAME["late_snapshot"]) == [[("a", "A")], [("a", "A")], [("a", "A"), ("c", "C")]]


def test_a_reader_of_history_gets_all_that_was_told_so_far() -> None:
    told_so_far = [[row["team"] for row in run.rows] for run in batches(BY_NAME["late_change"])]
    assert told_so_far == [["A"], ["A", "C"], ["A", "C", "B"]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("late_change", (False, True)),
        ("late_delete", (True, False)),
        ("late_snapshot", (True, False)),
        ("left_out_and_kept", (False, False)),
        ("history_files_at_once", (True, True)),
    ],
)
def test_absence_and_history_are_as_the_scenario_has_them(name: str, expected: tuple[bool, bool]) -> None:
    assert (closes(BY_NAME[name]), holds_history(BY_NAME[name])) == expected
