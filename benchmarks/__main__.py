"""``python -m benchmarks``: measure, print, keep; ``report`` behind it writes the page from all that was kept.

``python -m benchmarks support`` measures the support warehouse instead, at any scale; ``python -m benchmarks extract``
the way out of PostgreSQL into the lake; ``python -m benchmarks files`` that of files into the warehouses;
``python -m benchmarks torture`` shows what becomes of hostile ones.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.databases import ENGINES
from benchmarks.extract.verb import main as extract
from benchmarks.files.verb import main as files
from benchmarks.history.environments import ROOT
from benchmarks.speed.about import about
from benchmarks.speed.lives import CASES, SHARE, Size
from benchmarks.speed.page import write_page
from benchmarks.speed.results import Results
from benchmarks.speed.run import PEERS, Asked, measure
from benchmarks.speed.show import show
from benchmarks.speed.ways import ByHand, Ours
from benchmarks.support.verb import main as support
from benchmarks.torture.verb import main as torture

_KEPT: Final = ROOT / "var" / "benchmarks" / "speed"
_PAGE: Final = ROOT / "docs" / "speed.md"
_LOG: Final = "log"
_LOG_CASES: Final = ("initial", "changes", "noop", "first_snapshot", "snapshot", "same_snapshot")
_VERBS: Final = {"extract": extract, "files": files, "support": support, "torture": torture}
_KEYS: Final = 1_000_000
_FACTS_PER_KEY: Final = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Do what is asked for."""
    given = list(sys.argv[1:] if argv is None else argv)
    if given[:1] == ["report"]:
        write_page([Results.read(file) for file in sorted(_KEPT.glob("*.json"))], _PAGE)
        return 0
    if given and (verb := _VERBS.get(given[0])):
        return verb(given[1:])
    said = _parser().parse_args(given)
    cases = {case for name in said.case or CASES for case in (_LOG_CASES if name == _LOG else [name])}
    asked = Asked(
        cases=cases,
        engines=said.engine,
        size=Size(keys=said.keys, facts=said.facts or _FACTS_PER_KEY * said.keys, share=said.share),
        ways=[Ours, ByHand, *(PEERS[name] for name in said.peers)],
        repeat=said.repeat,
    )
    results = Results(about(["python -m benchmarks", *given], asked), [])
    for found in measure(asked):
        results.measurements += found
        results.write(_KEPT / f"{said.name or said.keys}.json")
    show(results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("case", nargs="*", choices=[*CASES, _LOG, []], help="all of them by default")
    parser.add_argument("--keys", type=int, default=_KEYS, help="keys, or versions where facts come")
    parser.add_argument("--facts", type=int, help=f"facts; {_FACTS_PER_KEY} for each of the keys by default")
    parser.add_argument("--share", type=float, default=SHARE, help="of the keys that change")
    parser.add_argument("--engine", type=_of(ENGINES), default=ENGINES, help="with commas; all by default")
    parser.add_argument("--peers", type=_of(tuple(PEERS)), default=tuple(PEERS), help="with commas; '' for none")
    parser.add_argument("--name", help="under which it is kept; the number of keys by default")
    parser.add_argument("--repeat", type=int, default=1, help="how often; the median counts")
    return parser


def _of(choices: Sequence[str]) -> Callable[[str], list[str]]:
    def listed(text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        if unknown := set(names) - set(choices):
            message = f"unknown: {', '.join(sorted(unknown))}"
            raise argparse.ArgumentTypeError(message)
        return names

    return listed


if __name__ == "__main__":
    raise SystemExit(main())
