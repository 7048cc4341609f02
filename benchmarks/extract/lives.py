"""What is measured of the sales orders: into the lake and both warehouses, what has changed, and the comparison."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import psycopg

from benchmarks.databases import NewDatabase, url_of
from benchmarks.history.environments import Peer, PeerFailed, python_of
from benchmarks.speed.process import asked
from etl_assets_tests.servers.binaries import find_postgres

CHANGED: Final = (0, 100, 100_000)
DLT: Final = Peer(
    name="dlt_sql",
    requirements=("dlt[duckdb,parquet,postgres]", "sqlalchemy", "connectorx", "psycopg2-binary"),
    ways={},
)
BACKENDS: Final = ("pyarrow", "connectorx")
ENGINES: Final = ("duckdb", "postgres")
COPY_OUT: Final = "psql \\copy out"
COPY_IN: Final = "psql \\copy in"
EXTRACT: Final = "extract"
LOAD: Final = "load"
_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Step:
    """A measured step.

    Args:
        what: Its name.
        rows: That came of it; of a comparison, those that the source has.
        seconds: Inside the tool; of psql, of its process.
        peak_mb: The most memory of its process; 0 where it was not measured.
        note: What else is worth knowing.
    """

    what: str
    rows: int
    seconds: float
    peak_mb: float = 0.0
    note: str = ""


class Life:
    """A source with its orders, a lake, and two warehouses, all new.

    Args:
        folder: Where files go.
        new_database: Makes an empty one on a private PostgreSQL.
        rows: How many orders there are.
    """

    def __init__(self, folder: Path, new_database: NewDatabase, rows: int) -> None:
        """Write the orders."""
        self._folder = folder
        self._new_database = new_database
        self._rows = rows
        self._source = new_database()
        self._places = {"duckdb": str(folder / "warehouse.duckdb"), "postgres": new_database()}
        with psycopg.connect(self._source, autocommit=True) as connection:
            connection.execute((_HERE / "create_orders.sql").read_bytes())
            connection.execute(_statement("insert_orders", rows))
            connection.execute("create index on sales_order (last_updated)")
            connection.execute("vacuum analyze sales_order")

    def steps(self, *, beside_dlt: bool) -> Iterator[Step]:
        """Everything, in order."""
        yield from self._bypsql()
        yield from self._brought("all")
        for changed in CHANGED:
            if changed <= self._rows:
                self._change(changed)
                yield from self._brought(f"{changed:,} changed")
        yield from self._compared()
        if beside_dlt:
            yield from self._by_dlt()

    def _brought(self, what: str) -> Iterator[Step]:
        yield self._ours(f"{what}: {EXTRACT}", source=self._source)
        for engine, place in self._places.items():
            yield self._ours(f"{what}: {LOAD}, {engine}", warehouse=url_of(engine, place))

    def _compared(self) -> Iterator[Step]:
        """The source against both warehouses, after a hundred differences that no extract can see."""
        with psycopg.connect(self._source, autocommit=True) as connection:
            connection.execute(_statement("differ_orders", self._rows))
            connection.execute("vacuum analyze sales_order")
        for engine, place in self._places.items():
            yield self._ours(f"compare, {engine}", source=self._source, warehouse=url_of(engine, place))

    def _ours(self, what: str, **request: str) -> Step:
        lake = str(self._folder / "lake")
        return _step(what, asked("benchmarks.extract.ours", {"lake": lake, **request}))

    def _change(self, rows: int) -> None:
        with psycopg.connect(self._source, autocommit=True) as connection:
            connection.execute(_statement("change_orders", rows))

    def _bypsql(self) -> Iterator[Step]:
        """The client that does nothing but write the server's bytes down, and to another table."""
        file, other = self._folder / "orders.bin", self._new_database()
        with psycopg.connect(other, autocommit=True) as connection:
            connection.execute((_HERE / "create_orders.sql").read_bytes())
            connection.execute("alter table sales_order drop constraint sales_order_pkey")
        ways = {COPY_OUT: (self._source, f"to '{file}'"), COPY_IN: (other, f"from '{file}'")}
        for what, (url, direction) in ways.items():
            yield Step(what=what, rows=self._rows, seconds=psql(url, f"\\copy sales_order {direction} (format binary)"))
        file.unlink()

    def _by_dlt(self) -> Iterator[Step]:
        python = python_of(DLT)
        for backend in BACKENDS:
            for engine in ENGINES:
                database = str(self._folder / f"{backend}.duckdb") if engine == "duckdb" else self._new_database()
                request = {
                    "engine": engine,
                    "database": database,
                    "folder": str(self._folder / f"dlt_{backend}_{engine}"),
                    "source": self._source,
                    "backend": backend,
                }
                yield _step(f"dlt {backend}: {engine}", asked("benchmarks.extract.peers.dlt", request, python=python))


def has_dlt() -> bool:
    """Whether dlt's environment is there, or can be made."""
    try:
        python_of(DLT)
    except PeerFailed as error:
        print(f"without dlt: {error}")
        return False
    return True


def _step(what: str, answer: dict[str, Any]) -> Step:
    measured = {name: answer[name] for name in ("rows", "seconds", "peak_mb")}
    return Step(what=what, note=answer.get("note", ""), **measured)


def _statement(name: str, rows: int) -> bytes:
    text = (_HERE / f"{name}.sql").read_text(encoding="utf-8")
    return text.replace(":rows", str(rows)).encode()


def psql(url: str, command: str) -> float:
    """The seconds that a command takes in a client of its own."""
    if (programs := find_postgres()) is None:
        raise FileNotFoundError
    started = perf_counter()
    subprocess.run([str(programs / "psql"), url, "-qc", command], check=True)  # noqa: S603 - made here
    return perf_counter() - started
