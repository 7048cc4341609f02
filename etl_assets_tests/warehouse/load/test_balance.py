"""Statements that lose rows: a load whose counts differ from what is written is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from etl_assets.errors import LoadRefused
from etl_assets.warehouse import statement
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.warehouse.load.town import Town, day, people

Breaks = Callable[[str, str, str], None]
FAULT = "This is a fault of etl_assets"


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Breaks:
    """Puts another text into one of the load's statements."""
    broken: dict[str, tuple[str, str]] = {}

    def rendered(file: str, dialect: type[statement.Dialect], bindings: statement.Bindings | None = None) -> str:
        text = (statement.FOLDER / f"{file}.sql").read_text()
        if file in broken:
            assert broken[file][0] in text
            text = text.replace(*broken[file])
        tree = statement.parse_one(text, dialect="postgres")
        return statement.to_sql(statement.bind(tree, bindings or statement.Bindings(), dialect), dialect)

    def put(file: str, old: str, new: str) -> None:
        broken[f"load/{file}"] = (old, new)

    monkeypatch.setattr("etl_assets.warehouse.engines.base.render", rendered)
    return put


@pytest.mark.parametrize(
    "fault",
    [
        ("insert_new_rows", "where m.known_row is null", "where m.known_row is null and (m.first_delivery & 1) = 0"),
        ("arrived", "where o.meaning = :meaning", "where o.meaning = :meaning and s._row <> 2"),
        ("matched", "left join target as r", "inner join target as r"),
        ("move_deliveries", "where r.physical_row = x.known_row", "where r.physical_row = x.known_row and false"),
    ],
)
def test_a_lost_row_of_rows_or_changes_is_found(
    engine: Engine, tmp_path: Path, breaks: Breaks, fault: tuple[str, str, str]
) -> None:
    town = Town(engine, tmp_path, people("changes", "snapshot"))
    told = [(key, "A", f"{day(1)}", "U") for key in "abcd"]
    town.changes("1.csv", told, on=1)
    breaks(*fault)
    with pytest.raises(LoadRefused, match=FAULT):
        town.changes("2.csv", [*told, *((key, "A", f"{day(1)}", "U") for key in "efgh"), ("i", "A", None, "X")], on=2)
    assert town.query("select count(*) from town_staging.people") == [(4,)]


@pytest.mark.parametrize(
    "fault",
    [
        ("insert_runs", "a.goes_on is null", "a.goes_on is null and n.team <> 'C'"),
        ("end_runs", "b.spans and not b.is_same", "false"),
        ("split_runs", "b.spans and not b.is_same", "b.spans and false"),
        ("extend_runs", "where b.is_same and not b.spans", "where false"),
        ("begin_runs_earlier", "where b.goes_on is null", "where false"),
    ],
)
def test_a_lost_run_is_found(engine: Engine, tmp_path: Path, breaks: Breaks, fault: tuple[str, str, str]) -> None:
    town = Town(engine, tmp_path, people("snapshot", missing="close"))
    teams = {1: ["aA", "bA", "cA", "dA"], 3: ["aB", "bA", "dA"], 6: ["aC", "bA", "cA", "dA", "eA"]}
    for on, seen in teams.items():
        town.land(f"{on}.csv", [(key, team, None, None) for key, team in seen], on=on, meaning="snapshot")
    town.load()
    breaks(*fault)
    town.land("2.csv", [(key, team, None, None) for key, team in ["aC", "bB", "cA", "eA"]], on=2, meaning="snapshot")
    town.land("5.csv", [(key, team, None, None) for key, team in ["cA", "eA"]], on=5, meaning="snapshot")
    town.land("4.csv", [(key, team, None, None) for key, team in ["cA", "eA"]], on=4, meaning="snapshot")
    town.land("3a.csv", [(key, team, None, None) for key, team in ["cA", "eA"]], on=3, meaning="snapshot")
    with pytest.raises(LoadRefused, match=FAULT):
        town.load()
