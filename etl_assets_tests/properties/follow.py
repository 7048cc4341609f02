"""A life told to the real warehouse, compared with the oracle as it goes."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import Warehouse
from etl_assets_tests.properties.lives import Life

if TYPE_CHECKING:
    from etl_assets.datasets import Meaning

_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a lake that nobody keeps need not reach a disk
FOLDER: Final = _MEMORY if _MEMORY.is_dir() else None
"""Where lakes of tests are; None for the machine's own place."""


@contextmanager
def warehouse(engine: Engine, life: Life) -> Generator[Warehouse]:
    """The warehouse that a life is told to, its dataset declared for just the meanings that its files have."""
    kinds: set[Meaning] = {"snapshot" if each.snapshot else "changes" for each in life.history.deliveries}
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        yield Warehouse(engine, life.history.declaration, Path(folder), meanings=sorted(kinds))


def follow(engine: Engine, life: Life) -> None:
    """Compare with the oracle after every batch; then tell everything again, and nothing may be written."""
    with warehouse(engine, life) as built:
        rows, points = life.expected(0)
        for number, step in enumerate(life.steps, start=1):
            built.arrive(step)
            rows, points = life.expected(number)
            assert built.versions() == rows
            assert built.points() == points
            assert built.kept_counts() == built.counts()
        before = built.ledgers()
        built.land_again([*life.history.deliveries, *life.deliveries(1)])
        assert not any(report.written for report in built.refresh())
        assert built.ledgers() == before
        assert built.versions() == rows
        assert built.points() == points


def rebuild(engine: Engine, life: Life) -> None:
    """Everything in one batch gives what the batches give."""
    rows, points = life.expected(len(life.steps))
    with warehouse(engine, life) as built:
        built.land(life.history.deliveries, life.told(len(life.steps)))
        built.refresh()
        assert built.versions() == rows
        assert built.points() == points


def restate(engine: Engine, life: Life, since: datetime) -> None:
    """What is gone of a time and of later ones comes back, each row with its key; then nothing differs."""
    rows, points = life.expected(len(life.steps))
    with warehouse(engine, life) as built:
        built.land(life.history.deliveries, life.told(len(life.steps)))
        built.refresh()
        built.forget(since)
        built.restate(since)
        assert built.versions() == rows
        assert built.points() == points
        assert not built.restate(since).written
        assert not built.restate(None).written
