"""The other tools, each in a virtual environment of its own, made on first use; this project never imports them."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.history.scenario import OPEN, Scenario, Version, moment
from benchmarks.history.sources import request

ROOT: Final = Path(__file__).parents[2]
VENVS: Final = ROOT / "var" / "benchmarks" / "venvs"
SILENT: Final = {
    "DO_NOT_TRACK": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
    "SQLMESH__DISABLE_ANONYMIZED_ANALYTICS": "true",
    "TZ": "UTC",
}


class PeerFailed(Exception):
    """A tool could not be installed, or its runner ended without an answer; holds the last thing that it said."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """A tool.

    Args:
        name: As its runner is named.
        requirements: What is installed.
        ways: The ways of using it, and what a column of the table calls them.
        offers: What it has beside versions, in the words of ``Scenario.needs``.
    """

    name: str
    requirements: tuple[str, ...]
    ways: dict[str, str]
    offers: frozenset[str] = frozenset()


PEERS: Final = (
    Peer(
        name="dbt",
        requirements=("dbt-core<1.12", "dbt-duckdb", "dbt-postgres"),
        ways={"timestamp": "dbt timestamp", "check": "dbt check"},
    ),
    Peer(name="dlt", requirements=("dlt[duckdb,parquet,postgres]", "pandas"), ways={"scd2": "dlt scd2"}),
    Peer(
        name="sqlmesh",
        requirements=("sqlmesh[postgres]",),
        ways={"by_time": "SQLMesh by time", "by_column": "SQLMesh by column"},
        offers=frozenset({"beginning"}),
    ),
)


@dataclass(frozen=True)
class Given:
    """What a tool gives for a scenario."""

    versions: tuple[Version, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class PeerAnswer:
    """What a tool gives: by way and scenario; and the versions of its packages."""

    ways: dict[str, dict[str, Given]]
    packages: dict[str, str]


def offered(peer: Peer, scenario: Scenario) -> bool:
    """Whether the tool has everything that the scenario needs."""
    return scenario.needs <= peer.offers


def ask(peer: Peer, scenarios: Sequence[Scenario], *, engine: str, database: str, folder: Path) -> PeerAnswer:
    """Run scenarios on a tool.

    Args:
        peer: The tool.
        scenarios: Those that it offers.
        engine: ``duckdb`` or ``postgres``.
        database: An empty one: a file, or a URL.
        folder: For the tool's own files.

    Raises:
        PeerFailed: When it cannot be installed or run.
    """
    given, answer = folder / "request.json", folder / "answer.json"
    named = {f"s{number}": scenario for number, scenario in enumerate(scenarios)}
    asked = {"engine": engine, "database": database, "folder": str(folder)}
    requests = [request(scenario) | {"name": name} for name, scenario in named.items()]
    given.write_text(json.dumps(asked | {"scenarios": requests}), encoding="utf-8")
    _run([str(python_of(peer)), "-m", f"benchmarks.history.peers.{peer.name}", str(given), str(answer)])
    found = json.loads(answer.read_text(encoding="utf-8"))
    ways = {
        way: {named[name].name: _given(named[name], each) for name, each in answers.items()}
        for way, answers in found["ways"].items()
    }
    return PeerAnswer(ways, found["packages"])


def _given(scenario: Scenario, answer: dict[str, Any]) -> Given:
    versions = (
        Version(
            tuple(row[name] for name in scenario.key),
            tuple(row[name] for name in scenario.columns),
            moment(row["valid_from"]),
            moment(row["valid_to"]) if row["valid_to"] else OPEN,
        )
        for row in answer["rows"]
    )
    return Given(tuple(versions), tuple(answer["errors"]))


def python_of(peer: Peer) -> Path:
    """The interpreter of a tool's environment, which is made if its packages are not there."""
    folder = VENVS / peer.name
    python, made_of = folder / "bin" / "python", folder / "made_of.txt"
    wanted = "\n".join(peer.requirements)
    if not made_of.exists() or made_of.read_text(encoding="utf-8") != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *peer.requirements])
        made_of.write_text(wanted, encoding="utf-8")
    return python


def _run(argv: Sequence[str]) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(  # noqa: S603 - an argv made here
        argv, check=False, capture_output=True, text=True, cwd=ROOT, env=ours | SILENT
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).splitlines()
        raise PeerFailed(next((line for line in reversed(lines) if line[:1].isalpha()), "it said nothing"))
