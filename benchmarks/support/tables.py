"""The figures as rows of text, for the terminal and for the page."""

from collections.abc import Iterator, Sequence
from typing import Final

from benchmarks.speed.results import Measurement, Results
from benchmarks.speed.tables import ENGINES
from benchmarks.support.probe import LOAD
from benchmarks.support.scenes import CASES
from benchmarks.support.watched import PARTS

Table = tuple[str, tuple[str, ...], list[list[str]]]
"""A title, columns, lines."""
_LIFE: Final = ("first", "nothing", "more")
_SAMPLES: Final = ("sample", "day")
_SLOWEST: Final = 8


def tables(results: Results) -> Iterator[Table]:
    """All tables of a run, but for those that it has no figures of."""
    yield from _if_any("Where the demo's time goes", ("", "s", "CPU s", *PARTS), _demos(results))
    yield from _if_any("Loading the code location", ("", "s", "CPU s", "peak MB", *_LOADED), _loads(results))
    for case in _LIFE:
        yield from _if_any(CASES[case], _COLUMNS, [_line(each) for each in _of(results, case)])
    yield from _if_any("Samples written", ("scale", "", "rows", "s", "CPU s", "peak MB"), _samples(results))
    for each in _largest(results):
        title = f"The slowest assets of the whole chain at scale {each.way}, {ENGINES[each.engine]}"
        yield title, ("asset", "s"), _assets(each)


_SHOWN: Final = tuple(name for name in PARTS if name != "samples")
_COLUMNS: Final = ("scale", "", "rows read", "s", "CPU s", "CPU µs a row", "peak MB", *_SHOWN)
_LOADED: Final = ("start-up", "Dagster's imports", "parsing SQL", "code location")


def _if_any(title: str, columns: tuple[str, ...], lines: list[list[str]]) -> Iterator[Table]:
    if lines:
        yield title, columns, lines


def _of(results: Results, *cases: str) -> list[Measurement]:
    return sorted((each for each in results.measurements if each.case in cases), key=_scale)


def _scale(each: Measurement) -> int:
    return int(each.way or 0)


def _demos(results: Results) -> list[list[str]]:
    found: list[list[str]] = []
    for each in _of(results, "demo"):
        whole = sum(each.steps.values())
        parts = [f"{each.steps.get(name, 0):.2f} ({each.steps.get(name, 0) / whole:.0%})" for name in PARTS]
        found.append([ENGINES[each.engine], f"{each.process:.1f}", f"{each.cpu:.1f}", *parts])
    return found


def _loads(results: Results) -> list[list[str]]:
    return [
        [
            "",
            f"{each.process:.2f}",
            f"{each.cpu:.2f}",
            f"{each.peak_mb:.0f}",
            *(f"{each.steps.get(name, 0):.3f}" for name in _LOADED),
        ]
        for each in _of(results, LOAD)[:1]
    ]


def _line(each: Measurement) -> list[str]:
    whole = sum(each.steps.values())
    shares = [f"{each.steps.get(name, 0) / whole:.0%}" for name in _SHOWN]
    a_row = f"{each.cpu / each.rows * 1e6:.0f}" if each.rows else ""
    took = [f"{each.process:.1f}", f"{each.cpu:.1f}", a_row, f"{each.peak_mb:.0f}"]
    return [each.way, ENGINES[each.engine], f"{each.rows:,}", *took, *shares]


def _samples(results: Results) -> list[list[str]]:
    """Of one engine: samples are files."""
    found = _of(results, *_SAMPLES)
    return [
        [each.way, CASES[each.case], f"{each.rows:,}", f"{each.process:.1f}", f"{each.cpu:.1f}", f"{each.peak_mb:.0f}"]
        for each in found
        if each.engine == found[0].engine
    ]


def _largest(results: Results) -> list[Measurement]:
    found = _of(results, "first")
    return [each for each in found if each.way == found[-1].way]


def _assets(each: Measurement) -> list[list[str]]:
    slowest = sorted(each.statements.items(), key=_seconds, reverse=True)[:_SLOWEST]
    return [[name, f"{seconds:.2f}"] for name, seconds in slowest]


def _seconds(item: Sequence[str | float]) -> float:
    return float(item[1])
