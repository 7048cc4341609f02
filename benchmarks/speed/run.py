"""Running lives: each way gets each delivery once, in order, in places that are thrown away afterwards."""

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from benchmarks.databases import NewDatabase, databases, end_sessions
from benchmarks.speed.lives import LIVES, Delivery, Size
from benchmarks.speed.peers.dbt import Dbt
from benchmarks.speed.peers.dlt import Dlt
from benchmarks.speed.peers.sqlmesh import SqlMesh
from benchmarks.speed.process import LIMIT_SECONDS, TookTooLong
from benchmarks.speed.results import Measurement, medians
from benchmarks.speed.ways import Place, Way

PEERS: Final[Mapping[str, type[Way]]] = {"dbt": Dbt, "dlt": Dlt, "sqlmesh": SqlMesh}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is to be measured.

    Args:
        cases: By name.
        engines: By name.
        size: Of each life.
        ways: Whose work is measured, in this order.
        repeat: How often; the median counts.
        is_warm: Whether programs have run here before; if not, each runs once on few rows, and that is not measured.
    """

    cases: Collection[str]
    engines: Sequence[str]
    size: Size
    ways: Sequence[type[Way]]
    repeat: int = 1
    is_warm: bool = False


def measure(asked: Asked) -> Iterator[list[Measurement]]:
    """Every case that was asked for, life by life on each engine."""
    for engine in asked.engines:
        with tempfile.TemporaryDirectory(prefix="speed-") as name, databases(engine, Path(name)) as new_database:
            if not asked.is_warm:
                _warm(asked, engine, Path(name) / "warm", new_database)
            for life, (write, cases) in LIVES.items():
                if wanted := [case for case in cases if case in asked.cases]:
                    print(f"{engine}: {life}", flush=True)
                    files = Path(name) / life
                    deliveries = _up_to(write(files, asked.size), wanted)
                    found = medians(_lived(asked, engine, files, deliveries, new_database))
                    yield [each for each in found if each.case in asked.cases]


def _warm(asked: Asked, engine: str, files: Path, new_database: NewDatabase) -> None:
    """Let each program be compiled and read from the disk."""
    first = LIVES["changes"][0](files, Size(keys=1))[:1]
    for _ in _lived(replace(asked, repeat=1), engine, files, first, new_database):
        pass


def _up_to(deliveries: Sequence[Delivery], cases: Sequence[str]) -> list[Delivery]:
    last = max(number for number, delivery in enumerate(deliveries) if delivery.case in cases)
    return list(deliveries[: last + 1])


def _lived(
    asked: Asked, engine: str, files: Path, deliveries: Sequence[Delivery], new_database: NewDatabase
) -> Iterator[Measurement]:
    for _ in range(asked.repeat):
        for kind in asked.ways:
            with tempfile.TemporaryDirectory(prefix="way-", dir=files) as folder:
                way = kind(Place(engine=engine, database=new_database(), folder=Path(folder)))
                yield from _brought(way, [each for each in deliveries if way.takes(each)], files)


def _brought(way: Way, deliveries: Sequence[Delivery], files: Path) -> Iterator[Measurement]:
    """What each delivery takes, as far as a way gets."""
    for delivery in deliveries:
        try:
            yield _measurement(way, delivery, way.bring(delivery, files / delivery.path))
        except TookTooLong:
            print(f"  {way.NAME}: {delivery.case} was ended after {LIMIT_SECONDS} s", flush=True)
            end_sessions(way.place.database)
            yield too_long(delivery, way.place.engine, way.NAME)
            return


def too_long(delivery: Delivery, engine: str, way: str) -> Measurement:
    """What stands for a delivery that did not end in time."""
    limit = float(LIMIT_SECONDS)
    steps = {"build": limit}
    return Measurement(
        case=delivery.case,
        engine=engine,
        way=way,
        rows=delivery.rows,
        steps=steps,
        process=limit,
        peak_mb=0.0,
        is_cut=True,
    )


def _measurement(way: Way, delivery: Delivery, answer: Mapping[str, Any]) -> Measurement:
    print(f"  {way.NAME}: {delivery.case} {answer['process']:.1f} s", flush=True)
    return Measurement(
        case=delivery.case,
        engine=way.place.engine,
        way=way.NAME,
        rows=delivery.rows,
        steps=answer["steps"],
        process=answer["process"],
        peak_mb=answer["peak_mb"],
        bytes=answer.get("bytes", {}),
        statements=answer.get("statements", {}),
    )
