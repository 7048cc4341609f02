"""``python -m benchmarks files``: files into the lake and both warehouses, in rows per second, beside other ways."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.databases import databases
from benchmarks.files.lives import Life, Step, has_dlt
from benchmarks.files.orders import FORMATS

_ROWS: Final = 1_000_000
_BAD: Final = 1_000
_FILES: Final = 10_000


def main(argv: Sequence[str]) -> int:
    """Do what is asked for; 1 when a result is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks files", description=__doc__)
    parser.add_argument("format", nargs="*", choices=[*FORMATS, []], help="all of them by default")
    parser.add_argument("--rows", type=int, default=_ROWS, help="of each large file")
    parser.add_argument("--bad", type=int, default=_BAD, help="bad rows of thirty kinds among as many")
    parser.add_argument("--files", type=int, default=_FILES, help="small files, ten rows each")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--without-dlt", action="store_true", help="do not measure dlt, nor install it")
    said = parser.parse_args(argv)
    beside_dlt = not said.without_dlt and has_dlt()
    lives = [_lived(said, beside_dlt=beside_dlt) for _ in range(said.repeat)]
    print(f"{said.rows:,} rows, the median of {said.repeat}")
    for each in zip(*lives, strict=True):
        print(_line(each))
    wrong = [f"{step.what}: {step.wrong}" for life in lives for step in life if step.wrong]
    print("\n".join(wrong))
    return bool(wrong)


def _lived(said: argparse.Namespace, *, beside_dlt: bool) -> list[Step]:
    with TemporaryDirectory(prefix="files-") as folder, databases("postgres", Path(folder)) as new_database:
        life = Life(folder=Path(folder), new_database=new_database, rows=said.rows, bad=said.bad, files=said.files)
        return [*life.steps(said.format or list(FORMATS), beside_dlt=beside_dlt)]


def _line(steps: Sequence[Step]) -> str:
    seconds, peak = (median(getattr(step, name) for step in steps) for name in ("seconds", "peak_mb"))
    speed = f"{steps[0].rows / seconds:>12,.0f} rows/s"
    memory = f"{peak:>8,.0f} MB" if peak else ""
    return f"{steps[0].what:<44}{speed}{seconds:>10.2f} s{memory}"
