"""Runs a program and writes down its seconds and its greatest memory. Small itself: a child counts its parent's memory.

``python -I measured.py <answer> <program> <argument>…``
"""

import json
import resource
import subprocess
import sys
from pathlib import Path
from time import perf_counter


def main(answer: str, *argv: str) -> int:
    """Run the program; gives its exit code."""
    started = perf_counter()
    done = subprocess.run(argv, check=False)  # noqa: S603 - the harness's own argv
    seconds = perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    Path(answer).write_text(json.dumps({"process": seconds, "peak_mb": peak}), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
