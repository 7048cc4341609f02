"""What the speed benchmarks deliver, and what they say is right; checked by plain loops over the files."""

import csv
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from benchmarks.speed import process
from benchmarks.speed.lives import LIVES, Delivery, Size
from benchmarks.speed.page import write_page
from benchmarks.speed.results import Measurement, Results, medians
from benchmarks.speed.run import too_long
from benchmarks.speed.tables import rows, summary_rows
from benchmarks.speed.ways import ByHand, Place, WrongCount

KEYS, FACTS = 500, 9_000


def read(folder: Path, delivery: Delivery) -> list[list[str]]:
    """A file's rows."""
    with (folder / delivery.path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def written(folder: Path, life: str, share: float = 0.01) -> list[Delivery]:
    """The deliveries of a life, their files in the folder."""
    return LIVES[life][0](folder, Size(keys=KEYS, facts=FACTS, share=share))


def versions(folder: Path, deliveries: list[Delivery]) -> Iterator[int]:
    """After each delivery the number of versions, no late change being alike its neighbours."""
    known: dict[tuple[str, str], list[str]] = {}
    for delivery in deliveries:
        for key, *attributes in read(folder, delivery) if delivery.meaning != "visits" else []:
            at = attributes.pop() if delivery.meaning == "changes" else delivery.path
            before = [values for (other, time), values in known.items() if other == key and time <= at]
            if not before or before[-1] != attributes:
                known[key, at] = attributes
        yield len(known)


@pytest.mark.parametrize("share", [0.01, 0.2])
@pytest.mark.parametrize("life", LIVES)
def test_the_versions_that_are_expected_are_those_of_the_files(tmp_path: Path, life: str, share: float) -> None:
    deliveries = written(tmp_path, life, share)
    assert [delivery.versions for delivery in deliveries] == list(versions(tmp_path, deliveries))
    assert [delivery.rows for delivery in deliveries] == [len(read(tmp_path, each)) for each in deliveries]


def test_the_facts_that_move_are_those_between_the_late_change_and_the_next_one(tmp_path: Path) -> None:
    _, facts, late = written(tmp_path, "few_versions")
    changed = {row[0]: row[-1] for row in read(tmp_path, late)}
    next_day = "2024-01-04 00:00:00"
    visits = [(key, at) for _, key, at, _ in read(tmp_path, facts)]
    moved = [at for key, at in visits if key in changed and changed[key] <= at < next_day]
    assert late.moved == len(moved) > 0


def test_the_same_numbers_give_the_same_files(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, "few_versions") for name in "ab")
    assert [(tmp_path / "a" / each.path).read_bytes() for each in first] == [
        (tmp_path / "b" / each.path).read_bytes() for each in second
    ]


def test_a_row_is_about_a_hundred_bytes(tmp_path: Path) -> None:
    first = written(tmp_path, "changes")[0]
    assert 80 <= (tmp_path / first.path).stat().st_size / first.rows <= 120


def test_a_way_that_gives_other_versions_gives_no_figures(tmp_path: Path) -> None:
    first = written(tmp_path, "changes")[0]
    place = Place(engine="duckdb", database=str(tmp_path / "x.duckdb"), folder=tmp_path / "way")
    wrong = Delivery(case="initial", path=first.path, meaning="changes", rows=first.rows, versions=first.versions + 1)
    with pytest.raises(WrongCount, match=f"{KEYS} versions, and {KEYS + 1} are right"):
        ByHand(place).bring(wrong, tmp_path / first.path)


def measurement(way: str, seconds: float, **more: Any) -> Measurement:  # noqa: ANN401 - of any field
    """One that took so long in each of its steps."""
    steps = ("extract", "load", "build") if way == "etl_assets" else ("load", "build")
    took = dict.fromkeys(steps, seconds)
    told: dict[str, Any] = {"case": "initial", "engine": "duckdb", "rows": 7, "process": 9.0, "peak_mb": 80.0}
    told.update(way=way, steps=took, **more)
    return Measurement(**told)


def test_the_median_of_several_runs_counts() -> None:
    found = medians([measurement("dbt", 1, process=5), measurement("dbt", 8, process=6), measurement("dbt", 2)])
    assert [(each.steps["build"], each.process) for each in found] == [(2, 6)]


def test_a_ratio_is_of_the_tools_own_seconds() -> None:
    results = Results({"share": 0.01}, [measurement("etl_assets", 2), measurement("by hand", 1), measurement("dbt", 6)])
    lines = {line[0]: line[1:] for line in rows(results, "initial", "duckdb")}
    assert lines["etl_assets"][5:8] == ["4.00", "2.00", "3.00"]
    assert lines["dbt"] == ["", "6.00", "6.00", "6.00", "9.0", "6.00", "6.00", "6.00", "1.50", "1.00", "80"]


def test_the_summary_says_how_often_our_time_the_others_take() -> None:
    given = [measurement("etl_assets", 2, process=3), measurement("by hand", 1), measurement("dbt", 6, process=18)]
    [line] = summary_rows(Results({"share": 0.01}, given))
    assert line == ["The first changes: one for every key, DuckDB", "7", "3.0", "80", "6.00", "", "", "1.50", "0.33"]


def test_what_was_ended_at_the_limit_is_shown_as_more_than_that() -> None:
    delivery = Delivery(case="initial", path="x", meaning="changes", rows=7, versions=7)
    given = [measurement("etl_assets", 2, process=3), too_long(delivery, "duckdb", "dlt")]
    [line] = summary_rows(Results({"share": 0.01}, given))
    assert line[4:7] == ["", "> 200", ""]
    assert rows(Results({"share": 0.01}, given), "initial", "duckdb")[1][5] == "> 600.0"


def test_a_process_that_takes_too_long_is_ended_with_all_that_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(process, "LIMIT_SECONDS", 2)
    child = f"import os, pathlib, time; pathlib.Path('{tmp_path}/pid').write_text(str(os.getpid())); time.sleep(60)"
    with pytest.raises(process.TookTooLong):
        process.measured(
            [sys.executable, "-c", f"import subprocess as s, sys; s.run([sys.executable, '-c', {child!r}])"]
        )
    started = int((tmp_path / "pid").read_text())
    sleep(0.2)
    with suppress(FileNotFoundError):
        assert Path(f"/proc/{started}/stat").read_text().split()[2] == "Z"


def test_the_page_is_written_from_what_was_kept(tmp_path: Path) -> None:
    about = {"command": "python -m benchmarks initial", "measured": "2024-01-01", "cores": 2, "memory_gb": 8}
    about |= {"keys": 7, "facts": 35, "share": 0.01, "repeat": 1, "versions": {"duckdb": "2.0"}}
    sizes = {"customers_events": 4_000_000, "dim_customers": 1_000_000}
    given = Results(about, [measurement("etl_assets", 2, bytes=sizes)])
    given.write(tmp_path / "kept.json")
    write_page([Results.read(tmp_path / "kept.json")], tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "## 7 keys" in text
    assert "### The first changes: one for every key, DuckDB: 7 rows" in text
    assert "| etl_assets | 2.00 | 2.00 | 2.00 | 4.00 | 9.0 |" in text
    assert "| The first changes: one for every key, DuckDB | 7 | 4.0 | 1.0 | 4.00 | 2.00 | 2.00 | 1.00 |" in text
    assert "with 2 cores" in text
    assert "duckdb 2.0" in text
