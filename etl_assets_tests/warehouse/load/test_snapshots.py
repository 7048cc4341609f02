"""Snapshots: kept as runs, whatever the order in which they come, and guarded against closing by mistake."""

from itertools import permutations
from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.warehouse.load.town import Town, day, people

FIFTY = [f"{number:02}" for number in range(50)]
RUNS = """
    select r.id, r.team, f.path, l.path
    from town_staging.people_snapshots as r
    inner join etl.files as f on f.file_id = r._first_file_id
    left join etl.files as l on l.file_id = r._last_file_id
    order by 1, f.order_at
"""


def town_of(engine: Engine, folder: Path, **options: object) -> Town:
    """A town whose files are snapshots."""
    return Town(engine, folder, people("snapshot", missing="close", **options))


def runs(town: Town) -> list[tuple[object, ...]]:
    """Key, team, first and last snapshot of each run; None where it goes on."""
    return town.query(RUNS)


def observed(town: Town) -> list[tuple[object, ...]]:
    """Key, day and operation of every observation."""
    query = "select id, effective_at, op from town_staging.people order by id, effective_at"
    return [(key, f"{at:%d}", op) for key, at, op in town.query(query)]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_the_runs_are_the_same_in_whatever_order_snapshots_come(
    engine: Engine, tmp_path: Path, order: tuple[int, ...]
) -> None:
    town, seen = town_of(engine, tmp_path), {1: ["a"], 2: ["a", "c"], 3: ["a", "b"]}
    for on in order:
        town.snapshot(seen[on], on=on)
    assert runs(town) == [("a", "A", "1.csv", None), ("b", "A", "3.csv", None), ("c", "A", "2.csv", "2.csv")]
    assert observed(town) == [("a", "02", "U"), ("b", "04", "U"), ("c", "03", "U"), ("c", "04", "D")]


def test_a_late_snapshot_splits_the_run_that_it_contradicts(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(["a"], on=1)
    town.snapshot(["a"], on=5)
    town.snapshot(["a"], on=3, team="B")
    assert runs(town) == [("a", "A", "1.csv", "1.csv"), ("a", "B", "3.csv", "3.csv"), ("a", "A", "5.csv", None)]


def test_a_late_snapshot_extends_the_run_that_had_ended_before_it(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(["a", "b"], on=1)
    town.snapshot(["b"], on=3)
    town.snapshot(["a", "b"], on=2)
    assert runs(town) == [("a", "A", "1.csv", "2.csv"), ("b", "A", "1.csv", None)]
    assert observed(town)[1] == ("a", "04", "D")


def test_an_unchanged_key_writes_nothing(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(["a", "b"], on=1)
    town.snapshot(["a", "c"], on=2)
    written = town.query("select id, _loaded_in from town_staging.people_snapshots order by id")
    assert written == [("a", 1), ("b", 2), ("c", 2)]


def test_a_snapshot_that_ends_a_key_earlier_has_the_key_asked_again(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(["a", "b"], on=1)
    town.snapshot(["b"], on=9)
    assert observed(town)[1] == ("a", "10", "D")
    town.snapshot(["b"], on=4)
    assert observed(town)[1] == ("a", "05", "D")
    assert town.query("select _loaded_in from town_staging.people_snapshots where id = 'a'") == [(3,)]


def test_only_the_changes_that_a_snapshot_contradicts_are_asked_again(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", "changes", missing="close"))
    told = [("a", "A", "2020-01-05 00:00:00", "U"), ("b", "B", "2020-01-05 00:00:00", "U")]
    town.changes("told.csv", [*told, ("c", "A", "2020-01-05 00:00:00", "U")], on=4)
    town.snapshot(["a", "b"], on=9)
    asked = town.query("select id, _loaded_in from town_staging.people_events order by id")
    assert asked == [("a", 1), ("b", 2), ("c", 2)]


def test_of_a_key_that_comes_twice_the_last_row_stands_and_the_others_are_quarantined(
    engine: Engine, tmp_path: Path
) -> None:
    town = town_of(engine, tmp_path)
    rows = [("a", "A", None, None), ("b", "B", None, None), ("a", "C", None, None), ("a", "C", None, None)]
    town.land("1.csv", rows, on=1, meaning="snapshot")
    (report,) = town.load().files
    assert (report.loaded, report.quarantined, report.duplicate) == (2, 1, 1)
    assert [row[:2] for row in runs(town)] == [("a", "C"), ("b", "B")]
    assert town.query("select row_number, line from etl.quarantine") == [(1, 10)]


def test_a_snapshot_that_would_close_too_many_keys_is_refused_with_the_way_to_let_it_pass(
    engine: Engine, tmp_path: Path
) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(FIFTY, on=1)
    with pytest.raises(
        LoadRefused,
        match=r"2\.csv is a snapshot without 11 of the 50 keys.*with --allow-closing \(in Dagster: allow_closing\), or",
    ):
        town.snapshot(FIFTY[11:], on=2)
    assert town.query("select path from etl.files") == [("1.csv",)]
    assert town.load(allow_closing=True).total("loaded") == 39
    assert town.query("select count(*) from town_staging.people where op = 'D'") == [(11,)]


def test_a_snapshot_may_close_a_fifth_and_may_bring_what_it_likes(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(FIFTY, on=1)
    town.snapshot([*FIFTY[10:], *(f"new {number}" for number in range(10))], on=2)
    assert town.query("select count(*) from town_staging.people where op = 'D'") == [(10,)]


def test_an_empty_snapshot_is_refused_and_passed_on_purpose_closes_everything(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.snapshot(FIFTY, on=1)
    with pytest.raises(LoadRefused, match="without 50 of the 50 keys"):
        town.snapshot([], on=2)
    town.load(allow_closing=True)
    assert town.query("select count(*) from town_staging.people_snapshots where _last_file_id is null") == [(0,)]


def test_the_share_is_declared(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path, max_closed_share=0.5)
    town.snapshot(FIFTY, on=1)
    town.snapshot(FIFTY[25:], on=2)
    with pytest.raises(LoadRefused, match=r"max_closed_share \(now 0\.5\)"):
        town.snapshot(FIFTY[38:], on=3)


def test_the_guard_counts_the_keys_that_changes_brought_and_took_away(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", "changes", missing="close"))
    town.snapshot(FIFTY, on=1)
    gone = [(key, None, f"{day(2)}", "D") for key in FIFTY[:20]]
    came = [(f"new {number}", "A", f"{day(2)}", "U") for number in range(20)]
    later = [(f"later {number}", "A", f"{day(8)}", "U") for number in range(99)]
    town.changes("2.csv", [*gone, *came, *later], on=2)
    town.snapshot([*FIFTY[20:], *(row[0] for row in came)], on=4)
    with pytest.raises(LoadRefused, match="without 20 of the 50 keys"):
        town.snapshot(FIFTY[20:], on=3)


def test_what_keeps_missing_keys_needs_no_guard(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot"))
    town.snapshot(FIFTY, on=1)
    town.snapshot([], on=2)
    assert town.query("select count(*) from town_staging.people where op = 'D'") == [(0,)]
