"""The benchmark of extracts runs from end to end, on few orders: no test asks how fast anything is."""

from pathlib import Path

from benchmarks.databases import databases
from benchmarks.extract.kept import Run
from benchmarks.extract.lives import Life, Step
from benchmarks.extract.page import write_page


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


def step(what: str, seconds: float, rows: int = 1_000) -> Step:
    """A step that took so long."""
    return Step(what=what, rows=rows, seconds=seconds, peak_mb=80)


def test_the_page_compares_with_psql_and_dlt(tmp_path: Path) -> None:
    about = {"command": "python -m benchmarks extract", "measured": "2024-01-01", "cores": 2, "memory_gb": 8}
    about |= {"repeat": 3, "load": 0.1, "orders": 1_000, "versions": {"duckdb": "2.0"}}
    lives = [
        [
            step("psql \\copy out", 1),
            step("psql \\copy in", 3),
            step("all: extract", slow),
            step("all: load, duckdb", 6),
            step("0 changed: extract", 0.5, rows=0),
            step("dlt pyarrow: duckdb", 20),
        ]
        for slow in (4, 9, 2)
    ]
    Run.of(about, lives).write(tmp_path / "1000.json")
    write_page([Run.read(tmp_path / "1000.json")], tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "## 1,000 orders" in text
    assert "| all: extract | 1,000 | 4.00 | 250 | 0.25 | 80 |  |" in text
    assert "| all: load, duckdb | 1,000 | 6.00 | 167 | 0.50 | 80 |  |" in text
    assert "| 0 changed: extract | 0 | 0.50 |  |  | 80 |  |" in text
    assert "| pyarrow, duckdb | 2.00 |" in text
