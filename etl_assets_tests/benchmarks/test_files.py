"""The benchmark of files runs from end to end, on few rows: no test asks how fast anything is."""

from pathlib import Path

from benchmarks.databases import databases
from benchmarks.files.lives import Life


def test_each_way_brings_the_good_rows_and_holds_the_bad_ones(tmp_path: Path) -> None:
    with databases("postgres", tmp_path) as new_database:
        life = Life(folder=tmp_path, new_database=new_database, rows=1000, bad=30, files=3)
        steps = [*life.steps(["jsonl"], beside_dlt=False)]
    assert [step.wrong for step in steps if step.wrong] == []
    assert {step.what: (step.rows, step.held) for step in steps} == {
        "jsonl: into the lake": (1000, 0),
        "jsonl: load, duckdb": (1000, 0),
        "jsonl: load, postgres": (1000, 0),
        "jsonl, 30 bad: into the lake": (1000, 0),
        "jsonl, 30 bad: load, duckdb": (970, 30),
        "jsonl, 30 bad: load, postgres": (970, 30),
        "jsonl: DuckDB's reader": (1000, 0),
        "jsonl: psql \\copy": (1000, 0),
        "3 files of jsonl: into the lake": (30, 0),
        "3 files of jsonl: load, duckdb": (30, 0),
        "3 files of jsonl: load, postgres": (30, 0),
    }
