"""Runs a program and writes down its seconds, those of its processors and its greatest memory.

Small itself: a child counts its parent's memory.

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
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {"process": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_mb": used.ru_maxrss / 1024}
    Path(answer).write_text(json.dumps(found), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
