"""Starting the measured processes."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.history.environments import ROOT, SILENT

_LAUNCHER: Final = Path(__file__).with_name("measured.py")


class ProcessFailed(Exception):
    """A measured process ended with an error; holds the end of what it said."""


def measured(argv: Sequence[str]) -> dict[str, float]:
    """Run a program to its end: ``process`` (seconds) and ``peak_mb``.

    Raises:
        ProcessFailed: When it does not end well.
    """
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        answer = Path(folder) / "answer.json"
        launched = [sys.executable, "-I", str(_LAUNCHER), str(answer), *argv]
        done = subprocess.run(  # noqa: S603 - the harness's own argv
            launched, check=False, capture_output=True, text=True, cwd=ROOT, env=_environment()
        )
        if done.returncode:
            raise ProcessFailed((done.stdout + done.stderr)[-2000:])
        return json.loads(answer.read_text(encoding="utf-8"))


def asked(module: str, request: Mapping[str, Any], *, python: Path | None = None) -> dict[str, Any]:
    """Run a module that reads a request and writes an answer, both JSON; gives its answer and what was measured.

    Args:
        module: Its name.
        request: What it reads.
        python: The interpreter, when it is another tool's.

    Raises:
        ProcessFailed: When it does not end well.
    """
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        given, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        given.write_text(json.dumps(request), encoding="utf-8")
        whole = measured([str(python or sys.executable), "-m", module, str(given), str(answer)])
        return json.loads(answer.read_text(encoding="utf-8")) | whole


def _environment() -> dict[str, str]:
    """The same for every tool: nothing that changes Python's ways, such as not keeping what it compiled."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | SILENT
