"""``python -m benchmarks extract``: sales orders into the lake and both warehouses, in rows per second."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.databases import databases
from benchmarks.extract.lives import Life, Step, has_dlt

_ROWS: Final = 1_000_000


def main(argv: Sequence[str]) -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks extract", description=__doc__)
    parser.add_argument("--rows", type=int, default=_ROWS, help="sales orders")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--without-dlt", action="store_true", help="do not measure dlt, nor install it")
    said = parser.parse_args(argv)
    beside_dlt = not said.without_dlt and has_dlt()
    lives = [_lived(said.rows, beside_dlt=beside_dlt) for _ in range(said.repeat)]
    print(f"{said.rows:,} sales orders, the median of {said.repeat}")
    for each in zip(*lives, strict=True):
        print(_line(each))
    return 0


def _lived(rows: int, *, beside_dlt: bool) -> list[Step]:
    with TemporaryDirectory(prefix="extract-") as folder, databases("postgres", Path(folder)) as new_database:
        return [*Life(Path(folder), new_database, rows).steps(beside_dlt=beside_dlt)]


def _line(steps: Sequence[Step]) -> str:
    seconds, peak = (median(getattr(step, name) for step in steps) for name in ("seconds", "peak_mb"))
    speed = f"{steps[0].rows / seconds:>12,.0f} rows/s" if steps[0].rows else " " * 19
    memory = f"{peak:>8,.0f} MB" if peak else ""
    note = f"   {steps[0].note}" if steps[0].note else ""
    return f"{steps[0].what:<32}{speed}{seconds:>10.2f} s{memory}{note}"
