"""``python -m benchmarks.history``: run every scenario on every tool and engine, print the table, write the page."""

import argparse
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.databases import ENGINES, NewDatabase, databases, url_of
from benchmarks.history import ours
from benchmarks.history.compare import Verdict, judged, judged_ours
from benchmarks.history.environments import PEERS, ROOT, Peer, PeerFailed, ask, offered
from benchmarks.history.report import OURS, Results, show, write_json, write_page
from benchmarks.history.scenario import scenarios
from etl_assets.warehouse.engines import open_engine

_TOOLS: Final = ("ours", *(peer.name for peer in PEERS))
_PAGE: Final = ROOT / "docs" / "conformance.md"
_JSON: Final = ROOT / "var" / "benchmarks" / "history.json"
_OPENING: Final = Path(__file__).with_name("opening.md")


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 when this project is wrong anywhere."""
    asked = _arguments(argv)
    found = Results([each for each in scenarios() if not asked.scenario or each.name in asked.scenario])
    for engine in asked.engine:
        with tempfile.TemporaryDirectory(prefix="kit-") as folder, databases(engine, Path(folder)) as new_database:
            if "ours" in asked.only:
                _run_ours(found, engine, Path(folder), new_database)
            for peer in PEERS:
                if peer.name in asked.only:
                    _run_peer(found, peer, engine, Path(tempfile.mkdtemp(dir=folder)), new_database())
    show(found)
    write_json(found, _JSON)
    if not asked.scenario and set(asked.only) == set(_TOOLS) and set(asked.engine) == set(ENGINES):
        write_page(found, _PAGE, opening=_OPENING.read_text(encoding="utf-8"))
    verdicts = [each for scenario in found.scenarios for each in found.of(scenario, OURS).values()]
    return int(any(each.kind != "right" for each in verdicts))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    for name, choices in (("--only", _TOOLS), ("--engine", ENGINES), ("--scenario", ())):
        said = f"of {', '.join(choices)}" if choices else "names"
        parser.add_argument(name, type=_listed(choices), default=choices, help=f"{said}, with commas; all by default")
    return parser.parse_args(argv)


def _listed(choices: Sequence[str]) -> Callable[[str], list[str]]:
    def listed(text: str) -> list[str]:
        names = text.split(",")
        if choices and (unknown := set(names) - set(choices)):
            message = f"unknown: {', '.join(sorted(unknown))}"
            raise argparse.ArgumentTypeError(message)
        return names

    return listed


def _run_ours(found: Results, engine: str, folder: Path, new_database: NewDatabase) -> None:
    packages = found.packages.setdefault(OURS, {name: version(name) for name in ("etl-assets", "duckdb")})
    if engine == "postgres":
        with psycopg.connect(new_database()) as connection:
            packages["PostgreSQL"] = connection.info.parameter_status("server_version") or ""
    for scenario in found.scenarios:
        url = url_of(engine, new_database())
        outcome = ours.run(scenario, open_engine(url), Path(tempfile.mkdtemp(dir=folder)))
        found.add(scenario, OURS, engine, judged_ours(scenario, outcome))


def _run_peer(found: Results, peer: Peer, engine: str, folder: Path, database: str) -> None:
    asked = [scenario for scenario in found.scenarios if offered(peer, scenario)]
    try:
        answer = ask(peer, asked, engine=engine, database=database, folder=folder)
    except PeerFailed as error:
        found.missing[f"{peer.name} on {engine}"] = str(error)
        return
    found.packages[peer.name] = answer.packages
    for way, title in peer.ways.items():
        for scenario in found.scenarios:
            given = answer.ways[way].get(scenario.name)
            verdict = judged(scenario, given.versions, given.errors) if given else Verdict("not offered")
            found.add(scenario, title, engine, verdict)


if __name__ == "__main__":
    raise SystemExit(main())
