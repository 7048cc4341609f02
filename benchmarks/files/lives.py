"""What is measured of files: good ones, the same with bad rows among them, many small ones; ours and others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg

from benchmarks.databases import NewDatabase, url_of
from benchmarks.extract.lives import ENGINES, psql
from benchmarks.files.orders import FORMATS, write_orders
from benchmarks.history.environments import Peer, PeerFailed, python_of
from benchmarks.speed.process import asked

DLT: Final = Peer(name="dlt_files", requirements=("dlt[duckdb,parquet,postgres]", "pandas", "pyarrow"), ways={})
_HERE: Final = Path(__file__).parent
_PER_SMALL: Final = 10


@dataclass(frozen=True, kw_only=True)
class Step:
    """A measured step.

    Args:
        what: Its name.
        rows: That came of it.
        seconds: Inside the tool.
        peak_mb: The most memory of its process; 0 where it was not measured.
        held: The rows that were held back.
        wrong: What is wrong with the result; empty when it is right.
    """

    what: str
    rows: int
    seconds: float
    peak_mb: float = 0.0
    held: int = 0
    wrong: str = ""


@dataclass(frozen=True, kw_only=True)
class Life:
    """Files that are written once and read by everybody.

    Args:
        folder: Where files go.
        new_database: Makes an empty one on a private PostgreSQL.
        rows: Of the large files.
        bad: The bad ones among as many.
        files: How many small ones there are.
    """

    folder: Path
    new_database: NewDatabase
    rows: int
    bad: int
    files: int

    def steps(self, formats: Sequence[str], *, beside_dlt: bool) -> Iterator[Step]:
        """Everything, in order."""
        for form in formats:
            good = self._written(f"{form}", form, 0)
            yield from self._ours(form, good, self.rows, 0)
            yield from self._ours(
                f"{form}, {self.bad:,} bad", self._written(f"{form}_bad", form, self.bad), self.rows, self.bad
            )
            yield self._by_duckdb(form, good)
            if form != "parquet":
                yield self._by_copy(form, good)
            yield from self._by_dlt(form, good) if beside_dlt else ()
        yield from self._small(formats[0])

    def _written(self, name: str, form: str, bad: int) -> Path:
        folder = self.folder / name / "bench"
        folder.mkdir(parents=True)
        write_orders(folder / f"orders{FORMATS[form]}", self.rows, bad)
        return folder.parent

    def _small(self, form: str) -> Iterator[Step]:
        folder = self.folder / "small" / "bench"
        folder.mkdir(parents=True)
        for number in range(self.files):
            write_orders(folder / f"{number:06}{FORMATS[form]}", _PER_SMALL, first=number * _PER_SMALL + 1)
        yield from self._ours(f"{self.files:,} files of {form}", folder.parent, self.files * _PER_SMALL, 0)

    def _ours(self, what: str, landing: Path, rows: int, bad: int) -> Iterator[Step]:
        lake = str(self.folder / f"{landing.name}_lake")
        yield _step(
            f"{what}: into the lake", asked("benchmarks.files.ours", {"lake": lake, "landing": str(landing)}), rows
        )
        for engine in ENGINES:
            place = str(self.folder / f"{landing.name}.duckdb") if engine == "duckdb" else self.new_database()
            answer = asked("benchmarks.files.ours", {"lake": lake, "warehouse": url_of(engine, place)})
            yield _step(f"{what}: load, {engine}", answer, rows - bad, bad)

    def _by_duckdb(self, form: str, landing: Path) -> Step:
        request = {
            "format": form,
            "files": str(landing / "bench" / f"*{FORMATS[form]}"),
            "database": str(self.folder / f"{form}_reader.duckdb"),
        }
        return _step(f"{form}: DuckDB's reader", asked("benchmarks.files.peers.duckdb_reader", request), self.rows)

    def _by_copy(self, form: str, landing: Path) -> Step:
        """The client that does nothing but send the file's bytes; lines of JSON are taken apart by the server."""
        url, file = self.new_database(), landing / "bench" / f"orders{FORMATS[form]}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute((_HERE / "create_orders.sql").read_bytes())
            connection.execute("create unlogged table lines (line jsonb)")
        if form == "csv":
            seconds = psql(url, f"\\copy orders from '{file}' (format csv, header)")
        else:
            seconds = psql(url, f"\\copy lines from '{file}' (format csv, quote E'\\x01', delimiter E'\\x02')")
            seconds += psql(url, (_HERE / "insert_lines.sql").read_text(encoding="utf-8"))
        return Step(what=f"{form}: psql \\copy", rows=self.rows, seconds=seconds)

    def _by_dlt(self, form: str, landing: Path) -> Iterator[Step]:
        python = python_of(DLT)
        for engine in ENGINES:
            request = {
                "format": form,
                "engine": engine,
                "files": str(landing / "bench" / f"*{FORMATS[form]}"),
                "database": str(self.folder / f"{form}_dlt.duckdb") if engine == "duckdb" else self.new_database(),
                "folder": str(self.folder / f"dlt_{form}_{engine}"),
            }
            answer = asked("benchmarks.files.peers.dlt_files", request, python=python)
            yield _step(f"{form}: dlt, {engine}", answer, self.rows)


def has_dlt() -> bool:
    """Whether dlt's environment is there, or can be made."""
    try:
        python_of(DLT)
    except PeerFailed as error:
        print(f"without dlt: {error}")
        return False
    return True


def _step(what: str, answer: dict[str, Any], rows: int, held: int = 0) -> Step:
    found, kept = answer["rows"], answer.get("held", 0)
    is_right = (found, kept) == (rows, held)
    wrong = "" if is_right else f"{found:,} rows and {kept:,} held back instead of {rows:,} and {held:,}"
    return Step(what=what, rows=found, seconds=answer["seconds"], peak_mb=answer["peak_mb"], held=kept, wrong=wrong)
