"""The speed benchmarks run from end to end, on few keys: no test asks how fast anything is."""

from benchmarks.speed.lives import Size
from benchmarks.speed.run import Asked, measure
from benchmarks.speed.ways import ByHand, Ours, Way


def asked(case: str, way: type[Way]) -> Asked:
    """A case on DuckDB, with few keys."""
    return Asked(cases=[case], engines=["duckdb"], size=Size(keys=300), ways=[way], is_warm=True)


def test_a_delivery_to_this_project_is_measured_step_by_step() -> None:
    ((ours,),) = measure(asked("initial", Ours))
    assert (ours.way, ours.case, ours.rows) == ("etl_assets", "initial", 300)
    assert list(ours.steps) == ["extract", "load", "build"]
    assert ours.process > ours.whole > ours.tool > 0
    assert ours.peak_mb > 0
    assert ours.bytes["dim_customers"] > 0
    assert {label.partition(":")[0] for label in ours.statements} == {"load", "build"}


def test_what_only_prepares_a_case_is_left_out() -> None:
    [found] = measure(asked("changes", ByHand))
    assert [(each.way, each.case, each.rows) for each in found] == [("by hand", "changes", 3)]
