"""Change events: what is kept of them, and what has no place in a history."""

from pathlib import Path

import pytest

from etl_assets.datasets import END_OF_TIME
from etl_assets.errors import DeclarationError, LoadRefused
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.warehouse.load.town import COLUMNS, Town, day, people

NEW = {"loaded": 1, "quarantined": 0, "duplicate": 0}


@pytest.fixture
def town(engine: Engine, tmp_path: Path) -> Town:
    """A town whose files tell changes."""
    return Town(engine, tmp_path, people("changes", max_bad_share=1))


def observed(town: Town) -> list[tuple[object, ...]]:
    """Team, day and operation of every observation, in order."""
    query = "select team, effective_at, op from town_staging.people order by effective_at, sequence"
    return [(team, f"{at:%d %H:%M}", op) for team, at, op in town.query(query)]


def quarantined(town: Town) -> list[tuple[object, ...]]:
    """Row, line, column, value and reason of what was not loaded."""
    return town.query("select row_number, line, column_name, value, reason from etl.quarantine order by row_number")


def test_an_insert_and_an_update_are_the_same_change(town: Town) -> None:
    told = ("a", "A", "2020-01-05 00:00:00")
    assert town.changes("1.csv", [(*told, "I")], on=1) == NEW
    assert town.changes("2.csv", [(*told, "U"), (*told, "I")], on=2) == {"loaded": 0, "quarantined": 0, "duplicate": 2}
    assert observed(town) == [("A", "05 00:00", "U")]


def test_a_change_with_an_empty_cell_is_known_when_it_is_told_again(town: Town) -> None:
    told = ("a", None, "2020-01-05 00:00:00", "U")
    assert town.changes("1.csv", [told], on=1) == NEW
    assert town.changes("2.csv", [told], on=2) == {"loaded": 0, "quarantined": 0, "duplicate": 1}
    assert observed(town) == [(None, "05 00:00", "U")]


def test_a_change_told_again_stands_where_it_was_told_last_and_remembers_where_it_was_told_first(town: Town) -> None:
    told, other = ("a", "A", "2020-01-05 00:00:00", "U"), ("a", "B", "2020-01-05 00:00:00", "U")
    for name, row in (("1.csv", told), ("2.csv", other), ("3.csv", told)):
        town.changes(name, [row], on=int(name[0]))
    assert [team for team, _, _ in observed(town)] == ["B", "A"]
    by_first = "select team from town_staging.people order by effective_at, first_sequence"
    assert town.query(by_first) == [("A",), ("B",)]


def test_an_earlier_file_that_comes_later_takes_its_own_place(town: Town) -> None:
    town.changes("9.csv", [("a", "B", "2020-01-05 00:00:00", "U")], on=9)
    town.changes("1.csv", [("a", "A", "2020-01-05 00:00:00", "U")], on=1)
    assert [team for team, _, _ in observed(town)] == ["A", "B"]


def test_two_changes_of_one_instant_in_one_file_keep_the_order_of_their_rows(town: Town) -> None:
    town.changes("1.csv", [("a", team, "2020-01-05 00:00:00", "U") for team in ("C", "A", "B")])
    assert [team for team, _, _ in observed(town)] == ["C", "A", "B"]


def test_a_delete_is_kept_though_nothing_was_there(town: Town) -> None:
    assert town.changes("1.csv", [("a", None, "2020-01-05 00:00:00", "D")]) == NEW
    assert observed(town) == [(None, "05 00:00", "D")]


@pytest.mark.parametrize(
    ("time", "operation", "found"),
    [
        ("2020-01-05 00:00:00", "X", ("operation", "X", "none of I, U, D")),
        ("2020-01-05 00:00:00", "u", ("operation", "u", "none of I, U, D")),
        ("2020-01-05 00:00:00", None, ("operation", None, "must not be empty")),
        (None, "U", ("changed_at", None, "must not be empty")),
        ("9999-12-31 00:00:00", "U", ("changed_at", "9999-12-31 00:00:00", "no change can be at the end of time")),
    ],
)
def test_a_change_without_a_place_in_history_is_quarantined(
    town: Town, time: str | None, operation: str | None, found: tuple[str, str | None, str]
) -> None:
    rows = [("a", "A", "2020-01-01 00:00:00", "U"), ("b", "A", time, operation)]
    assert town.changes("1.csv", rows) == {"loaded": 1, "quarantined": 1, "duplicate": 0}
    assert quarantined(town) == [(2, 20, *found)]
    assert len(observed(town)) == 1


def test_the_same_holds_where_snapshots_have_neither_time_nor_operation(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes", "snapshot", max_bad_share=1))
    assert town.snapshot(["a"], on=1) == NEW
    rows = [("a", "B", None, "U"), ("a", "B", "2020-01-05 00:00:00", "X"), ("a", "B", "2020-01-05 00:00:00", "U")]
    assert town.changes("2.csv", rows, on=2) == {"loaded": 1, "quarantined": 2, "duplicate": 0}
    assert [row[:3] for row in quarantined(town)] == [(1, 10, "changed_at"), (2, 20, "operation")]


def test_the_last_moment_before_the_end_of_time_is_a_time(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes", latest=END_OF_TIME))
    assert town.changes("1.csv", [("a", "A", "9999-12-30 23:59:59.999999", "U")]) == NEW


def test_too_many_of_them_and_nothing_is_loaded(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes"))
    with pytest.raises(LoadRefused, match=r"1\.csv: 11 of 11 rows do not fit"):
        town.changes("1.csv", [(str(number), "A", "2020-01-05 00:00:00", "X") for number in range(11)])
    assert not town.query("select 1 from information_schema.tables where table_schema = 'town_staging'")


def test_without_an_operation_every_change_is_an_update(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes", op=None))
    town.changes("1.csv", [("a", "A", "2020-01-05 00:00:00", "D")])
    assert observed(town) == [("A", "05 00:00", "U")]


@pytest.mark.parametrize("name", ["sequence", "first_sequence", "op", "effective_at"])
def test_a_name_that_observations_have_themselves_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match=f"declares {name}"):
        people("changes", columns=(*COLUMNS, Column(name)))


def test_a_time_and_an_operation_may_have_those_names(engine: Engine, tmp_path: Path) -> None:
    columns = (Column("id"), Column("team"), Column("effective_at", "timestamp"), Column("op"))
    town = Town(engine, tmp_path, people("changes", columns=columns, effective_at="effective_at", op="op"))
    town.changes("1.csv", [("a", "A", "2020-01-05 00:00:00", "I")])
    assert observed(town) == [("A", "05 00:00", "U")]


def test_rows_beside_changes_are_refused() -> None:
    with pytest.raises(DeclarationError, match="rows beside changes"):
        people("rows", "changes")


def test_of_files_that_come_together_the_one_that_says_it_last_has_the_last_word(town: Town) -> None:
    for number, team in ((1, "A"), (2, "B"), (3, "A")):
        town.land(f"{number}.csv", [("a", team, f"{day(5)}", "U")], on=number, meaning="changes")
    town.load()
    assert town.query("select team from town_staging.people order by effective_at, sequence") == [("B",), ("A",)]
