"""The figures as rows of text, for the terminal and for the page."""

from collections.abc import Iterable
from typing import Final

from benchmarks.speed.results import Measurement, Results
from benchmarks.speed.ways import BY_HAND, OURS

COLUMNS: Final = (
    "", "extract s", "load s", "build s", "tool s", "process s",
    "tool / hand", "build / hand", "whole / hand", "tool / ours", "process / ours", "peak MB",
)  # fmt: skip
LOG_COLUMNS: Final = (
    "", "rows", "observations MB", "dimension MB", "observations / dimension", "load s", "build s", "load / build",
)  # fmt: skip
_PEERS: Final = ("dbt", "dlt", "SQLMesh")
SUMMARY_COLUMNS: Final = ("", "rows", "process s", "peak MB", *_PEERS, "dbt, tool", "by hand, from the file")
ENGINES: Final = {"duckdb": "DuckDB", "postgres": "PostgreSQL"}
_TITLES: Final = {
    "initial": "The first changes: one for every key",
    "changes": "Changes of {share:g} % of the keys",
    "noop": "The same changes again",
    "first_snapshot": "The first snapshot",
    "snapshot": "A full snapshot with {share:g} % changed",
    "same_snapshot": "A full snapshot with nothing changed",
    "facts_5": "Facts against 5 versions a key",
    "facts_100": "Facts against 100 versions a key",
    "repoint": "A late change of {share:g} % of the keys under the facts",
}
_FACTS: Final = ("fact_", "visits")
_MB: Final = 1_000_000
_MANY_TIMES: Final = 10


def title(case: str, engine: str, results: Results) -> str:
    """What a case is, and how many rows come."""
    rows_in = max(each.rows for each in results.of(case, engine))
    return f"{_name(case, engine, results)}: {rows_in:,} rows"


def _name(case: str, engine: str, results: Results) -> str:
    """What a case is, and where."""
    return f"{_TITLES[case].format(share=100 * results.about['share'])}, {ENGINES[engine]}"


def rows(results: Results, case: str, engine: str) -> list[list[str]]:
    """A line for each way."""
    found = results.of(case, engine)
    ours, hand = (_by(found, way) for way in (OURS, BY_HAND))
    return [_row(each, ours, hand) for each in found]


def log_rows(results: Results) -> list[list[str]]:
    """A line for each case of a dimension alone: what its observations take and cost beside it."""
    found = [each for each in results.measurements if each.way == OURS and each.bytes]
    return [_log_row(each, results) for each in found if not any(name.startswith(_FACTS) for name in each.bytes)]


def summary_rows(results: Results) -> list[list[str]]:
    """A line for each case: what it takes here, and how often that the others take."""
    return [_summary(results, case, engine) for case, engine in results.asked]


def _summary(results: Results, case: str, engine: str) -> list[str]:
    found = results.of(case, engine)
    ours = _by(found, OURS)
    name = _name(case, engine, results)
    if ours is None:
        return [name, *[""] * (len(SUMMARY_COLUMNS) - 1)]
    told = [name, f"{ours.rows:,}", f"{ours.process:.1f}", f"{ours.peak_mb:.0f}"]
    wanted = [*((_process, peer) for peer in _PEERS), (_tool, "dbt"), (_whole, BY_HAND)]
    pairs = ((part, _by(found, way)) for part, way in wanted)
    return told + [_more(other, _ratio(part(other), part(ours))) if other else "" for part, other in pairs]


def _by(found: Iterable[Measurement], way: str) -> Measurement | None:
    return next((each for each in found if each.way == way), None)


def _row(each: Measurement, ours: Measurement | None, hand: Measurement | None) -> list[str]:
    steps = [f"{each.steps[name]:.2f}" if name in each.steps else "" for name in ("extract", "load", "build")]
    by_hand = [_ratio(part(each), part(hand)) if hand else "" for part in (_tool, _build, _whole)]
    by_ours = [_ratio(part(each), part(ours)) if ours else "" for part in (_tool, _process)]
    took = [*steps, f"{each.tool:.2f}", f"{each.process:.1f}", *by_hand, *by_ours]
    peak = "" if each.is_cut else f"{each.peak_mb:.0f}"
    return [each.way, *(_more(each, part) for part in took), peak]


def _more(each: Measurement, part: str) -> str:
    """A figure that is a limit only, as such."""
    return f"> {part}" if each.is_cut and part else part


def _log_row(each: Measurement, results: Results) -> list[str]:
    dimension = _bytes(each, ["dim_customers"])
    kept = _bytes(each, each.bytes.keys() - {"dim_customers"})
    load, build = each.steps["load"], each.steps["build"]
    sizes = [f"{each.rows:,}", f"{kept / _MB:.1f}", f"{dimension / _MB:.1f}", _ratio(kept, dimension)]
    name = _name(each.case, each.engine, results)
    return [name, *sizes, f"{load:.2f}", f"{build:.2f}", _ratio(load, build)]


def _bytes(each: Measurement, tables: Iterable[str]) -> int:
    return sum(each.bytes[name] for name in tables)


def _ratio(part: float, of: float) -> str:
    if not of:
        return ""
    return f"{part / of:.2f}" if part < _MANY_TIMES * of else f"{part / of:.0f}"


def _tool(each: Measurement) -> float:
    return each.tool


def _build(each: Measurement) -> float:
    return each.steps["build"]


def _whole(each: Measurement) -> float:
    return each.whole


def _process(each: Measurement) -> float:
    return each.process
