"""A delivery that a load refuses: what goes on without it, and what a person may decide."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from etl_assets.datasets import Meaning
from etl_assets.errors import LoadRefused
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.warehouse.load.lake_rows import Texts
from etl_assets_tests.warehouse.load.town import Town, day, people

MANY = [f"{number:02}" for number in range(30)]
BAD = [(key, "A", "soon", "U") for key in MANY]
GOOD = [(key, "A", f"{day(1)}", "U") for key in MANY]
VIEW = "select id, team, effective_at, op from town_staging.people order by id, effective_at, op"


def snapshot(ids: Sequence[str], team: str = "A") -> list[Texts]:
    """A snapshot of these keys."""
    return [(key, team, None, None) for key in ids]


def status(town: Town) -> list[tuple[object, ...]]:
    """What came of each delivery, in order."""
    return town.query("select path, status, reason, rows_read, rows_loaded from etl.files order by order_at, path")


@pytest.mark.parametrize("meaning", ["rows", "changes"])
def test_a_refused_file_that_was_delivered_again_is_put_aside_whole(
    engine: Engine, tmp_path: Path, meaning: Meaning
) -> None:
    town = Town(engine, tmp_path, people(meaning))
    town.land("1.csv", BAD, on=1, meaning=meaning)
    town.land("2.csv", GOOD[:1], on=2, meaning=meaning)
    with pytest.raises(LoadRefused, match=r"1\.csv: 30 of 30 rows.*deliver it again, corrected, under the same name"):
        town.load()
    town.land("1.csv", GOOD, on=3, meaning=meaning)
    report = town.load()
    why = "refused: 30 of 30 rows do not fit the declaration; replaced by a newer delivery of the same path"
    assert status(town) == [
        ("1.csv", "quarantined", why, 0, 0),
        ("2.csv", "loaded", "", 1, 1),
        ("1.csv", "loaded", "", 30, 29),
    ]
    assert town.query("select path, line, reason from etl.quarantine") == [("1.csv", None, why)]
    assert sorted(file.reason for file in report.files) == ["", "", why]
    assert not town.load().files


def test_a_snapshot_that_was_cut_short_gives_way_to_the_whole_one(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path / "a", people("snapshot", missing="close"))
    town.land("s.csv", snapshot(MANY), on=1, meaning="snapshot")
    town.load()
    town.land("s.csv", snapshot(MANY[:9]), on=2, meaning="snapshot")
    with pytest.raises(LoadRefused, match="without 21 of the 30 keys"):
        town.load()
    town.land("s.csv", snapshot(MANY, "B"), on=3, meaning="snapshot")
    town.land("t.csv", snapshot(MANY[1:], "C"), on=4, meaning="snapshot")
    town.load()
    assert [row[:2] for row in status(town)] == [
        ("s.csv", "loaded"), ("s.csv", "quarantined"), ("s.csv", "loaded"), ("t.csv", "loaded"),
    ]  # fmt: skip
    ends = town.query("select id, effective_at from town_staging.people where op = 'D'")
    assert ends == [("00", day(4))]


def test_several_refused_deliveries_give_way_in_one_load(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes"))
    for on in (1, 2):
        town.land("1.csv", [*BAD, ("x", f"{on}", None, "U")], on=on, meaning="changes")
        town.land("2.csv", [(key, f"{on}", f"{day(1)}", "X") for key in MANY], on=on, meaning="changes")
    town.land("1.csv", GOOD, on=3, meaning="changes")
    town.land("2.csv", GOOD, on=3, meaning="changes")
    assert sorted(file.status for file in town.load().files) == ["loaded"] * 2 + ["quarantined"] * 4
    assert town.query("select count(*), max(load_number) from etl.loads") == [(6, 1)]


def test_an_older_delivery_of_the_path_replaces_nothing(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("rows"))
    town.land("1.csv", GOOD, on=1, meaning="rows")
    town.land("1.csv", BAD, on=2, meaning="rows")
    with pytest.raises(LoadRefused, match="30 of 30"):
        town.load()
    assert not town.query("select 1 from information_schema.tables where table_schema = 'town_staging'")


def test_nor_does_a_newer_one_that_is_refused_too(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("rows"))
    town.land("1.csv", BAD, on=1, meaning="rows")
    town.land("1.csv", [*BAD, *BAD], on=2, meaning="rows")
    with pytest.raises(LoadRefused, match="60 of 60"):
        town.load()


def test_a_person_may_put_a_refused_file_aside_and_nothing_else_of_that_name(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("rows"))
    town.land("1.csv", GOOD, on=1, meaning="rows")
    town.land("1.csv", BAD, on=2, meaning="rows")
    with pytest.raises(LoadRefused, match=r"--put-aside 1\.csv"):
        town.load(put_aside=["2.csv"])
    town.load(put_aside=["1.csv"])
    assert status(town) == [
        ("1.csv", "loaded", "", 30, 30),
        ("1.csv", "quarantined", "refused: 30 of 30 rows do not fit the declaration; put aside by a person", 0, 0),
    ]


def test_a_load_that_went_on_without_a_file_gives_what_would_be_there_without_it(
    engine: Engine, tmp_path: Path
) -> None:
    told = [("00", "B", f"{day(9)}", "U"), ("01", None, f"{day(9)}", "D")]
    dataset = people("snapshot", "changes", missing="close")
    with_it, without = Town(engine, tmp_path / "a", dataset), Town(engine, tmp_path / "b", dataset)
    for town in (with_it, without):
        town.land("s.csv", snapshot(MANY), on=1, meaning="snapshot")
        town.land("c.csv", told, on=2, meaning="changes")
        town.land("s.csv", snapshot(MANY[2:]), on=5, meaning="snapshot")
    with_it.land("c.csv", BAD, on=1, meaning="changes")
    with_it.land("s.csv", snapshot(MANY[:3], "C"), on=3, meaning="snapshot")
    with_it.load()
    found = with_it.query(VIEW)
    with engine.writing() as session:
        for schema in ("town_staging", "etl"):
            session.run(f"drop schema {schema} cascade")
    without.load()
    assert without.query(VIEW) == found


def test_rows_without_a_place_in_history_are_shown(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("changes"))
    town.land("1.csv", [("a", "A", f"{day(1)}", "X")] * 11, on=1, meaning="changes")
    example = (
        r"do not fit the declaration of town/staging/people\. The first: line 10, operation 'X': none of I, U, D; "
    )
    with pytest.raises(LoadRefused, match=rf"{example}line 20, .*; line 30, .*\. Correct"):
        town.load()


def test_a_file_that_is_refused_makes_no_other_file_look_wrong(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", "changes", missing="close"))
    bad = [(key, "A", f"{day(1)}", "X") for key in MANY]
    town.land("1.csv", [*bad, *((f"new {key}", "A", f"{day(1)}", "U") for key in MANY)], on=2, meaning="changes")
    town.land("s.csv", snapshot(MANY), on=3, meaning="snapshot")
    town.land("1.csv", GOOD, on=4, meaning="changes")
    assert {file.path: file.status for file in town.load().files if file.status == "quarantined"} == {
        "1.csv": "quarantined"
    }


def test_a_snapshot_that_would_close_too_much_names_the_first_of_them(engine: Engine, tmp_path: Path) -> None:
    town = Town(engine, tmp_path, people("snapshot", missing="close"))
    town.snapshot(MANY, on=1)
    with pytest.raises(LoadRefused, match=r"without 20 of the 30 keys .*, 00 the first of them\. .*--put-aside 2\.csv"):
        town.snapshot(MANY[20:], on=2)
