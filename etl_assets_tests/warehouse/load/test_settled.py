"""What a load leaves behind: the count that the ledger keeps, and what the planner is told."""

import random
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.datasets import Meaning
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.load import staging
from etl_assets_tests.warehouse.load.lake_rows import Texts
from etl_assets_tests.warehouse.load.town import COLUMNS, Town, day, people

COUNTED = "select rows_now from etl.datasets"


def kept(town: Town, meanings: tuple[Meaning, ...]) -> int:
    stores = {"changes": "events", "snapshot": "snapshots"}
    tables = [f"town_staging.people_{stores[meaning]}" for meaning in meanings] or ["town_staging.people"]
    return sum(town.query(f"select count(*) from {table}")[0][0] for table in tables)


def told(chance: random.Random, meaning: Meaning) -> list[Texts]:
    keys = chance.sample("abcdef", 4)
    if meaning == "snapshot":
        return [(key, chance.choice("AB"), None, None) for key in keys]
    return [(key, chance.choice("AB"), f"{day(chance.randrange(1, 9))}", chance.choice("UD")) for key in keys]


@pytest.mark.parametrize("meanings", [("changes",), ("snapshot",), ("changes", "snapshot")])
def test_the_ledger_counts_what_the_stores_keep(engine: Engine, tmp_path: Path, meanings: tuple[Meaning, ...]) -> None:
    chance = random.Random(7)  # noqa: S311 - test data
    town = Town(engine, tmp_path, people(*meanings, missing="close", max_closed_share=1.0))
    for number, on in enumerate(chance.sample(range(1, 9), 7)):
        meaning = chance.choice(meanings)
        town.land(f"{number}.csv", told(chance, meaning), on=on, meaning=meaning)
        report = town.load()
        assert town.query(COUNTED) == [(kept(town, meanings),)]
        assert report.rows == kept(town, meanings)


def test_the_ledger_counts_the_rows_that_the_table_shows(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("rows"))
    for number, keys in enumerate(["ab", "bc", "abc", "d"], start=1):
        town.rows_of(f"{number}.csv", [(key, f"{number}", None, None) for key in keys], on=number)
        assert town.query(COUNTED) == [(kept(town, ()),)]


@pytest.mark.parametrize("meaning", ["rows", "changes", "snapshot"])
def test_what_is_read_again_is_counted_anew(engine: Engine, tmp_path: Path, meaning: Meaning) -> None:
    town = Town(engine, tmp_path, people(meaning))
    town.land("1.csv", [(key, "1", f"{day(1)}", "U") for key in "abc"], on=1, meaning=meaning)
    town.load()
    columns = tuple(replace(column, type="integer") if column.name == "team" else column for column in COLUMNS)
    town.dataset = replace(town.dataset, columns=columns)
    assert town.load().rows == 3
    assert town.query(COUNTED) == [(3,)]


@contextmanager
def heard(monkeypatch: pytest.MonkeyPatch) -> Generator[list[str]]:
    """The tables that the planner is told of."""
    tables: list[str] = []
    analyze = Session.analyze

    def listened(session: Session, table: str, columns: Collection[str] = ()) -> None:
        tables.append(table)
        analyze(session, table, columns)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "analyze", listened)
        yield tables


def test_the_planner_is_told_of_a_store_when_much_was_written(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, store = Town(engine, tmp_path, people("snapshot")), "town_staging.people_snapshots"
    with heard(monkeypatch) as first:
        town.snapshot("abcdefghijkl", on=1)
    with heard(monkeypatch) as same:
        town.snapshot("abcdefghijkl", on=2)
    assert store in first
    assert store not in same
    assert "staged" in same


def test_a_key_that_comes_again_with_the_same_values_is_counted_once(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot"))
    town.land(
        "1.csv", [("a", "A", None, None), ("b", "A", None, None), ("a", "A", None, None)], on=1, meaning="snapshot"
    )
    (file,) = town.load().files
    assert (file.loaded, file.quarantined, file.duplicate) == (2, 0, 1)
    assert town.query(COUNTED) == [(2,)]
    assert staging.load_dataset(engine, town.dataset, town.lake).files == ()
