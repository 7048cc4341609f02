"""The benchmark of extracts runs from end to end, on few orders: no test asks how fast anything is."""

from pathlib import Path

from benchmarks.databases import databases
from benchmarks.extract.lives import Life


def test_each_step_brings_what_is_new_and_nothing_else(tmp_path: Path) -> None:
    with databases("postgres", tmp_path) as new_database:
        steps = [*Life(tmp_path, new_database, 300).steps(beside_dlt=False)]
    assert {step.what: step.rows for step in steps} == {
        "psql \\copy out": 300,
        "psql \\copy in": 300,
        "all: extract": 300,
        "all: load, duckdb": 300,
        "all: load, postgres": 300,
        "0 changed: extract": 0,
        "0 changed: load, duckdb": 0,
        "0 changed: load, postgres": 0,
        "100 changed: extract": 100,
        "100 changed: load, duckdb": 100,
        "100 changed: load, postgres": 100,
        "compare, duckdb": 300,
        "compare, postgres": 300,
    }
    assert [step.note.partition(",")[0] for step in steps if step.note] == ["100 differences"] * 2
    assert all(step.peak_mb > 0 for step in steps if not step.what.startswith("psql"))
