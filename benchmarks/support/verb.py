"""``python -m benchmarks support``: measure, print, keep, write the page."""

import argparse
from collections.abc import Sequence
from typing import Any, Final

from benchmarks.databases import ENGINES
from benchmarks.history.environments import ROOT
from benchmarks.speed.about import circumstances
from benchmarks.speed.results import Measurement, Results
from benchmarks.speed.show import show_table
from benchmarks.support.page import write_page
from benchmarks.support.scenes import SCALES, Wanted, measure
from benchmarks.support.tables import tables

_KEPT: Final = ROOT / "var" / "benchmarks" / "support" / "support.json"
_PAGE: Final = ROOT / "docs" / "support-speed.md"


def main(argv: Sequence[str]) -> int:
    """Do what is asked for; ``report`` writes the page from what was kept."""
    if list(argv) == ["report"]:
        write_page(Results.read(_KEPT), _PAGE)
        return 0
    said = _parser().parse_args(argv)
    wanted = Wanted(engines=said.engine.split(","), scales=[*map(int, said.scales.split(","))], repeat=said.repeat)
    about = circumstances(["python -m benchmarks support", *argv], wanted.engines, repeat=wanted.repeat)
    results = _added_to(Results.read(_KEPT), about) if said.add else Results(about, [])
    for found in measure(wanted):
        results.measurements = [*_others(results, found), *found]
        results.write(_KEPT)
    for title, columns, lines in tables(results):
        show_table(title, columns, lines)
    return 0


def _added_to(kept: Results, about: dict[str, Any]) -> Results:
    """What was kept, of both commands, under the greater load of the two."""
    commands = "\n".join([kept.about["command"], about["command"]])
    both = about["versions"] | kept.about["versions"]
    return Results(
        about | {"command": commands, "versions": both, "load": max(kept.about["load"], about["load"])},
        kept.measurements,
    )


def _others(results: Results, found: Sequence[Measurement]) -> list[Measurement]:
    """What was measured of something else."""
    measured = {(each.case, each.engine, each.way) for each in found}
    return [each for each in results.measurements if (each.case, each.engine, each.way) not in measured]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks support", description=__doc__)
    parser.add_argument("--engine", default=",".join(ENGINES), help="with commas; all by default")
    parser.add_argument("--scales", default=",".join(map(str, SCALES)), help="of the sample, with commas")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--add", action="store_true", help="to what was kept, in the place of what is measured again")
    return parser
