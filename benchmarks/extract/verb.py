"""``python -m benchmarks extract``: sales orders into the lake and both warehouses; ``report`` writes the page."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.databases import databases
from benchmarks.extract.kept import Run
from benchmarks.extract.lives import DLT, Life, Step, has_dlt
from benchmarks.extract.page import COLUMNS, rows, write_page
from benchmarks.history.environments import ROOT
from benchmarks.speed.about import circumstances, packages_of
from benchmarks.speed.show import show_table

_KEPT: Final = ROOT / "var" / "benchmarks" / "extract"
_PAGE: Final = ROOT / "docs" / "totesys-speed.md"
_ROWS: Final = 1_000_000


def main(argv: Sequence[str]) -> int:
    """Do what is asked for."""
    if list(argv) == ["report"]:
        write_page([Run.read(file) for file in sorted(_KEPT.glob("*.json"))], _PAGE)
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks extract", description=__doc__)
    parser.add_argument("--rows", type=int, default=_ROWS, help="sales orders")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--without-dlt", action="store_true", help="do not measure dlt, nor install it")
    said = parser.parse_args(argv)
    about = circumstances(["python -m benchmarks extract", *argv], ["postgres"], repeat=said.repeat)
    beside_dlt = not said.without_dlt and has_dlt()
    about["versions"] |= packages_of(DLT) if beside_dlt else {}
    lives = [_lived(said.rows, beside_dlt=beside_dlt) for _ in range(said.repeat)]
    run = Run.of(about | {"orders": said.rows}, lives)
    run.write(_KEPT / f"{said.rows}.json")
    show_table(f"{said.rows:,} sales orders, the median of {said.repeat}", COLUMNS, rows(run))
    return 0


def _lived(orders: int, *, beside_dlt: bool) -> list[Step]:
    with TemporaryDirectory(prefix="extract-") as folder, databases("postgres", Path(folder)) as new_database:
        return [*Life(Path(folder), new_database, orders).steps(beside_dlt=beside_dlt)]
