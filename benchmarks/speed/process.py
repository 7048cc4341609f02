"""Starting the measured processes."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.history.environments import ROOT, SILENT

_LAUNCHER: Final = Path(__file__).with_name("measured.py")


LIMIT_SECONDS: Final = 600


class TookTooLong(Exception):
    """A measured process was ended at the limit."""


class ProcessFailed(Exception):
    """A measured process ended with an error; holds the end of what it said."""


def measured(argv: Sequence[str]) -> dict[str, float]:
    """Run a program to its end: ``process`` and ``cpu`` (seconds) and ``peak_mb``.

    Raises:
        ProcessFailed: When it does not end well.
        TookTooLong: When it does not end in time.
    """
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        answer = Path(folder) / "answer.json"
        launched = [sys.executable, "-I", str(_LAUNCHER), str(answer), *argv]
        said, code = _run(launched)
        if code:
            raise ProcessFailed(said[-2000:])
        return json.loads(answer.read_text(encoding="utf-8"))


def asked(module: str, request: Mapping[str, Any], *, python: Path | None = None) -> dict[str, Any]:
    """Run a module that reads a request and writes an answer, both JSON; gives its answer and what was measured.

    Args:
        module: Its name.
        request: What it reads.
        python: The interpreter, when it is another tool's.

    Raises:
        ProcessFailed: When it does not end well.
        TookTooLong: When it does not end in time.
    """
    with tempfile.TemporaryDirectory(prefix="speed-") as folder:
        given, answer = Path(folder) / "request.json", Path(folder) / "answer.json"
        given.write_text(json.dumps(request), encoding="utf-8")
        whole = measured([str(python or sys.executable), "-m", module, str(given), str(answer)])
        return json.loads(answer.read_text(encoding="utf-8")) | whole


def _run(argv: Sequence[str]) -> tuple[str, int]:
    """What a program says, and its exit code; it and all that it started end with the limit."""
    with subprocess.Popen(  # noqa: S603 - the harness's own argv
        argv,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=_environment(),
        start_new_session=True,
    ) as started:
        try:
            said, _ = started.communicate(timeout=LIMIT_SECONDS)
        except subprocess.TimeoutExpired as error:
            os.killpg(started.pid, signal.SIGKILL)
            raise TookTooLong from error
        return said, started.returncode


def _environment() -> dict[str, str]:
    """The same for every tool: nothing that changes Python's ways, such as not keeping what it compiled."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
    return kept | SILENT
