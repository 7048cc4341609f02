"""The support benchmark's own code: seconds that count once, tables, a life at the smallest scale."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.speed.results import Measurement, Results
from benchmarks.support.page import write_page
from benchmarks.support.scenes import Wanted, measure
from benchmarks.support.spans import Spans
from benchmarks.support.tables import tables
from benchmarks.support.watched import PARTS


def test_a_second_counts_once_for_the_innermost() -> None:
    spans = Spans()
    with spans.of("outer"):
        with spans.of("inner"):
            sleep(0.05)
        sleep(0.01)
    assert 0.05 <= spans.seconds["inner"] < 0.15
    assert 0.01 <= spans.seconds["outer"] < 0.05


def test_functions_and_the_ends_of_what_is_opened_are_timed_and_not_what_is_done_within() -> None:
    @contextmanager
    def opened() -> Generator[int]:
        sleep(0.02)
        yield 7
        sleep(0.02)

    spans, owner = Spans(), SimpleNamespace(opened=opened, work=sleep)
    spans.watch_ends(owner, "opened", "ends")
    spans.watch(owner, "work", "work")
    with spans.of("all"), owner.opened() as found:
        owner.work(0.1)
    assert found == 7
    assert 0.04 <= spans.seconds["ends"] < 0.09
    assert spans.seconds["work"] >= 0.1


def measurement(case: str, **more: Any) -> Measurement:  # noqa: ANN401 - of any field
    """One of which every part took a second."""
    told: dict[str, Any] = {"case": case, "engine": "duckdb", "way": "10", "rows": 2_000_000, "process": 9.0}
    told |= {"peak_mb": 80.0, "cpu": 4.0, "steps": dict.fromkeys(PARTS, 1.0), **more}
    return Measurement(**told)


def test_the_page_has_a_table_of_each_kind_of_figure_there_is(tmp_path: Path) -> None:
    about = {"command": "x", "measured": "2024-01-01", "cores": 2, "memory_gb": 8, "repeat": 3, "load": 0.1}
    slow = {"support/marts/slow": 3.0, "support/marts/quick": 1.0}
    given = [measurement("demo", way=""), measurement("first", statements=slow), measurement("sample")]
    write_page(Results({**about, "versions": {"duckdb": "2.0"}}, given), tmp_path / "page.md")
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "## Where the demo's time goes" in text
    assert "| 10 | DuckDB | 2,000,000 | 9.0 | 4.0 | 2 | 80 | 11% |" in text
    assert text.index("support/marts/slow") < text.index("support/marts/quick")
    assert "Loading the code location" not in text


def test_a_life_at_the_smallest_scale_is_measured_part_by_part() -> None:
    wanted = Wanted(engines=["duckdb"], scales=[1], repeat=1, is_warm=True)
    found = [each for some in measure(wanted) for each in some]
    by_case = {each.case: each for each in found}
    assert [*by_case] == ["load", "demo", "sample", "first", "nothing", "day", "more"]
    assert by_case["first"].rows == by_case["sample"].rows > 13_000
    assert by_case["nothing"].rows == 0 < by_case["more"].rows == by_case["day"].rows
    for case in ("demo", "first", "nothing", "more"):
        each = by_case[case]
        assert sum(each.steps.values()) == pytest.approx(each.process, rel=0.1)
        assert (
            {"start-up", "Dagster's imports", "Dagster", "SQL", "ours", "extract"} <= each.steps.keys() <= PARTS.keys()
        )
        assert each.peak_mb > 50
    assert len([*tables(Results({}, found))]) == 7
