"""``python -m benchmarks extract``: measure both ways by turns, print rows per second, the ratio and the memory."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import psycopg

from benchmarks.databases import databases
from etl_assets_tests.servers.binaries import find_postgres

_ROWS: Final = 1_000_000
_HERE: Final = Path(__file__).parent


def main(argv: Sequence[str]) -> int:
    """Do what is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks extract", description=__doc__)
    parser.add_argument("--rows", type=int, default=_ROWS, help="sales orders")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the median counts")
    said = parser.parse_args(argv)
    with TemporaryDirectory(prefix="extract-") as folder, databases("postgres", Path(folder)) as new_database:
        url = new_database()
        _fill(url, said.rows)
        found = [(_psql(url, Path(folder)), *_ours(url, Path(folder) / f"lake{n}")) for n in range(said.repeat)]
    psql, ours, again, memory = (median(each) for each in zip(*found, strict=True))
    print(f"{said.rows:,} sales orders, the median of {said.repeat}")
    print(f"psql \\copy (binary)    {said.rows / psql:>12,.0f} rows/s   {psql:.2f} s")
    print(f"into the lake          {said.rows / ours:>12,.0f} rows/s   {ours:.2f} s   {memory:.0f} MB")
    print(f"again, nothing new     {'':>12}          {again:.2f} s")
    print(f"ratio                  {psql / ours:>12.2f}")
    return 0


def _fill(url: str, rows: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((_HERE / "create_orders.sql").read_bytes())
        text = (_HERE / "insert_orders.sql").read_text(encoding="utf-8")
        connection.execute(text.replace(":rows", str(rows)).encode())
        connection.execute("create index on sales_order (last_updated)")
        connection.execute("vacuum analyze sales_order")


def _psql(url: str, folder: Path) -> float:
    """The seconds of the client that does nothing but write the server's bytes down."""
    if (programs := find_postgres()) is None:
        raise FileNotFoundError
    copy = f"\\copy sales_order to '{folder / 'orders.bin'}' (format binary)"
    started = perf_counter()
    subprocess.run([str(programs / "psql"), url, "-qc", copy], check=True)  # noqa: S603 - made here
    return perf_counter() - started


def _ours(url: str, lake: Path) -> tuple[float, float, float]:
    """The seconds of the first extract and of one with nothing new, and the process's megabytes."""
    argv = [sys.executable, "-m", "benchmarks.extract.ours", url, str(lake)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)  # noqa: S603 - made here
    first, again, megabytes = map(float, done.stdout.split())
    return first, again, megabytes
