"""Under which circumstances figures came about."""

import os
import platform
import shlex
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Final

from benchmarks.history.environments import PEERS, VENVS, Peer
from benchmarks.speed.run import Asked
from etl_assets_tests.servers.binaries import find_postgres

_OURS: Final = ("etl-assets", "dagster", "duckdb", "psycopg", "pyarrow")


def about(command: Sequence[str], asked: Asked) -> dict[str, Any]:
    """The circumstances of a run of the speed benchmarks."""
    found = circumstances(command, asked.engines, repeat=asked.repeat)
    found["versions"] |= _peers(asked)
    return found | asdict(asked.size)


def circumstances(command: Sequence[str], engines: Collection[str], *, repeat: int) -> dict[str, Any]:
    """The command, the machine, what else it was busy with, and the versions."""
    program, *options = command
    return {
        "command": " ".join([program, *map(shlex.quote, options)]),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "repeat": repeat,
        "load": round(os.getloadavg()[0], 1),
        "versions": {
            "Python": platform.python_version(),
            **{name: version(name) for name in _OURS},
            **_servers(engines),
        },
    }


def _servers(engines: Collection[str]) -> dict[str, str]:
    programs = find_postgres() if "postgres" in engines else None
    return {"PostgreSQL": _said([str(programs / "postgres"), "--version"]).split()[2]} if programs else {}


def _peers(asked: Asked) -> dict[str, str]:
    named = {way.NAME.lower() for way in asked.ways}
    found: dict[str, str] = {}
    for peer in (peer for peer in PEERS if peer.name in named):
        found |= packages_of(peer)
    return found


def packages_of(peer: Peer) -> dict[str, str]:
    """The versions of what a tool's environment was asked to hold."""
    wanted = {part.partition("<")[0].partition("[")[0] for part in peer.requirements}
    found: dict[str, str] = {}
    for folder in sorted((VENVS / peer.name).glob("lib/*/site-packages/*.dist-info")):
        name, _, number = folder.name.removesuffix(".dist-info").partition("-")
        if name.replace("_", "-") in wanted:
            found[name.replace("_", "-")] = number
    return found


def _said(argv: Sequence[str]) -> str:
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout  # noqa: S603 - a program that was found
