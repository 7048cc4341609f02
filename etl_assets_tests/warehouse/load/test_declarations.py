"""A declaration that changes: what was observed stays, and what it cannot become is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.warehouse.load.town import Town, day, people

TOLD = [("a", "B", f"{day(3)}", "U")]
BOTH = people("snapshot", "changes", missing="close")


def town_of(engine: Engine, folder: Path, dataset: Dataset = BOTH) -> Town:
    """A town with a snapshot of the second day and, where the dataset has changes, one of the third."""
    town = Town(engine, folder, dataset)
    town.snapshot(["a", "b"], on=1)
    if dataset.means("changes"):
        town.changes("told.csv", TOLD, on=2)
    return town


def observed(town: Town) -> list[tuple[object, ...]]:
    """Key, team, day and operation of every observation."""
    query = "select id, team, effective_at, op from town_staging.people order by id, effective_at"
    return [(key, team, f"{at:%d}", op) for key, team, at, op in town.query(query)]


SEEN = [("a", "A", "02", "U"), ("a", "B", "04", "U"), ("b", "A", "02", "U")]


@pytest.mark.parametrize("meaning", ["snapshot", "changes"])
def test_a_pattern_that_is_dropped_takes_no_history_with_it(engine: Engine, tmp_path: Path, meaning: str) -> None:
    town = town_of(engine, tmp_path)
    town.dataset = replace(BOTH, files=tuple(one for one in BOTH.files if one.meaning == meaning))
    assert town.load().rows == len(SEEN)
    assert observed(town) == SEEN


def test_nor_does_the_time_that_only_the_dropped_changes_had(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    town.dataset = people("snapshot", missing="close")
    town.snapshot(["b"], on=8)
    assert [row for row in observed(town) if row[3] == "U"] == SEEN
    assert {row[0] for row in observed(town) if row[3] == "D"} == {"a"}


def test_a_file_of_a_dropped_pattern_that_is_in_the_lake_is_loaded_as_what_it_was(
    engine: Engine, tmp_path: Path
) -> None:
    town = town_of(engine, tmp_path, people("snapshot", missing="close"))
    town.land("told.csv", TOLD, on=2, meaning="changes")
    with pytest.raises(DeclarationError, match=r"told\.csv .* changes.*effective_at"):
        town.load()
    town.dataset = replace(BOTH, files=BOTH.files[:1])
    town.load()
    assert observed(town) == SEEN


def test_changes_may_join_snapshots(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path, people("snapshot", missing="close"))
    town.dataset = BOTH
    town.changes("told.csv", TOLD, on=2)
    assert observed(town) == SEEN


def test_a_warehouse_of_an_earlier_version_is_given_what_it_lacks(engine: Engine, tmp_path: Path) -> None:
    town = town_of(engine, tmp_path)
    with engine.writing() as session:
        session.run("drop view town_staging.people")
        session.run("drop table town_staging.people_unread")
        written = json.loads(session.value("select declaration from etl.datasets"))
        del written["layout"]
        ledger.redeclare(session, BOTH.name, json.dumps(written))
    town.land("8.csv", [("a", "A", "soon", None)], on=8, meaning="snapshot")
    town.load()
    assert town.query("select id from town_staging.people_unread") == [("a",)]
    assert [row[0] for row in observed(town) if row[3] == "D"] == ["b"]


@pytest.mark.parametrize(("before", "after"), [("rows", "snapshot"), ("changes", "rows")])
def test_rows_cannot_become_observations_with_a_time_nor_the_other_way_round(
    engine: Engine, tmp_path: Path, before: str, after: str
) -> None:
    town = Town(engine, tmp_path, people(before))  # pyright: ignore[reportArgumentType] - a parameter
    town.land("1.csv", TOLD, on=1, meaning=before)  # pyright: ignore[reportArgumentType] - as above
    town.load()
    town.dataset = people(after, effective_at=town.dataset.effective_at, op=town.dataset.op)  # pyright: ignore[reportArgumentType] - as above
    with pytest.raises(DeclarationError, match="Give the dataset another name, or load into a new warehouse"):
        town.load()
    assert len(town.query("select id from town_staging.people")) == 1
