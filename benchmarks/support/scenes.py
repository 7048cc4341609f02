"""What is measured: the code location's load, the demo, and a warehouse's life at each scale."""

import tempfile
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks.databases import NewDatabase, databases, end_sessions, url_of
from benchmarks.speed.process import LIMIT_SECONDS, TookTooLong, asked
from benchmarks.speed.results import Measurement, medians
from benchmarks.support.probe import LOAD

SCALES: Final = (1, 10, 100, 1000)
CASES: Final = {
    LOAD: "Loading the code location",
    "demo": "The demo",
    "sample": "Writing the sample",
    "first": "The whole chain",
    "nothing": "A run with nothing new",
    "day": "A day more, written as a sample goes on",
    "more": "A run with a day more",
}
"""What a measurement is of. A life is: sample, first, nothing, day, more."""
_LONG: Final = 100
"""From this scale on a life is lived once."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be measured.

    Args:
        engines: By name.
        scales: Of the sample.
        repeat: How often; the median counts. Large lives are lived once.
        is_warm: Whether programs have run here before; if not, the demo runs once, and that is not measured.
    """

    engines: Sequence[str]
    scales: Sequence[int] = SCALES
    repeat: int = 3
    is_warm: bool = False


@dataclass(frozen=True, kw_only=True)
class Home:
    """An empty warehouse and the folders beside it."""

    engine: str
    database: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Where everything is."""
        url = url_of(self.engine, self.database)
        return {"ETL_HOME": str(self.folder), "ETL_WAREHOUSE_URL": url, "ETL_SETTLE_SECONDS": "0"}

    def call(self, case: str, way: str, *argv: str) -> tuple[Measurement, Any]:
        """Call the command in a process of its own; gives what was measured and what it printed."""
        request = {"argv": list(argv), "environment": self.environment, "engine": self.engine}
        answer = asked("benchmarks.support.probe", request)
        parts: dict[str, float] = answer["parts"]
        parts["start-up"] = parts.get("start-up", 0.0) + answer["process"] - answer["inside"]
        found = Measurement(
            case=case,
            engine=self.engine,
            way=way,
            rows=0,
            steps=parts,
            process=answer["process"],
            peak_mb=answer["peak_mb"],
            cpu=answer["cpu"],
            statements=_by_asset(answer["document"]),
        )
        print(f"  {case} {way}: {found.process:.1f} s, {found.cpu:.1f} s CPU, {found.peak_mb:.0f} MB", flush=True)
        return found, answer["document"]


New = Callable[[], AbstractContextManager[Home]]
"""What makes an empty home."""


def measure(wanted: Wanted) -> Iterator[list[Measurement]]:
    """Everything, engine by engine, the quick things first."""
    for engine in wanted.engines:
        print(engine, flush=True)
        with tempfile.TemporaryDirectory(prefix="support-") as name, databases(engine, Path(name)) as new_database:
            new = partial(_home, engine, Path(name), new_database)
            if not wanted.is_warm:
                _warm(new)
            if engine == wanted.engines[0]:
                yield medians(found for _ in range(wanted.repeat) for found in _load(new))
            yield medians(found for _ in range(wanted.repeat) for found in _demo(new))
            for scale in sorted(wanted.scales):
                often = wanted.repeat if scale < _LONG else 1
                yield medians(found for _ in range(often) for found in _life(new, scale))


@contextmanager
def _home(engine: str, folder: Path, new_database: NewDatabase) -> Generator[Home]:
    """A home that goes when it is left, its file too; a server's databases go with the server."""
    with tempfile.TemporaryDirectory(prefix="home-", dir=folder) as own:
        home = Home(engine=engine, database=new_database(), folder=Path(own))
        yield home
    if engine == "duckdb":
        for path in folder.glob(f"{Path(home.database).name}*"):
            path.unlink()


def _warm(new: New) -> None:
    """Let the programs be compiled and read from the disk; not measured."""
    with new() as home:
        home.call("warm", "", "demo")


def _load(new: New) -> Iterator[Measurement]:
    """The code location, and nothing done with it."""
    with new() as home:
        yield home.call(LOAD, "", LOAD)[0]


def _demo(new: New) -> Iterator[Measurement]:
    """``etl-assets demo`` as it comes."""
    with new() as home:
        found, document = home.call("demo", "", "demo")
        yield replace(found, rows=sum(document["samples"]["support"]["rows"].values()))


def _life(new: New, scale: int) -> Iterator[Measurement]:
    """A sample, brought in; nothing new; a day more; brought in."""
    with new() as home:
        try:
            yield from _lived(home, scale)
        except TookTooLong:
            print(f"  scale {scale} was ended after {LIMIT_SECONDS} s", flush=True)
            end_sessions(home.database)


def _lived(home: Home, scale: int) -> Iterator[Measurement]:
    way, verb = str(scale), ("sample", "support", "--scale", str(scale))
    found, document = home.call("sample", way, *verb)
    yield replace(found, rows=_written(document))
    yield from _run(home, "first", way)
    yield from _run(home, "nothing", way)
    found, document = home.call("day", way, *verb, "--days", "1")
    yield replace(found, rows=_written(document))
    yield from _run(home, "more", way)


def _run(home: Home, case: str, way: str) -> Iterator[Measurement]:
    found, document = home.call(case, way, "run", "support")
    read = sum(asset["read"] or 0 for asset in document["assets"] if "/raw/" in asset["asset"])
    yield replace(found, rows=read)


def _written(document: Mapping[str, Any]) -> int:
    report = document["support"]
    return sum(report["rows"][name] for name in report["written"])


def _by_asset(document: Mapping[str, Any]) -> dict[str, float]:
    """The seconds of each asset, where the document is of a run or has one."""
    assets = document.get("run", document).get("assets")
    return {asset["asset"]: asset["seconds"] for asset in assets} if isinstance(assets, list) else {}
