"""The ways in which a life's deliveries come in: this project's, by hand, and another tool's."""

import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.databases import url_of
from benchmarks.speed.lives import Delivery
from benchmarks.speed.process import asked

OURS: Final = "etl_assets"
BY_HAND: Final = "by hand"


class WrongCount(Exception):
    """A way gives other versions or facts than the data asks for, so its seconds mean nothing."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An empty database and folder.

    Args:
        engine: ``duckdb`` or ``postgres``.
        database: A file or a URL.
        folder: For whatever else is needed.
    """

    engine: str
    database: str
    folder: Path


class Way(ABC):
    """A way, in a place of its own."""

    NAME: str

    def __init__(self, place: Place) -> None:
        """Begin with nothing there."""
        self.place = place

    @abstractmethod
    def takes(self, delivery: Delivery) -> bool:
        """Whether the way has this case."""

    @abstractmethod
    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Bring a delivery in; gives ``steps`` in seconds, ``process``, ``peak_mb``, counts and what else it knows."""


class Ours(Way):
    """This project, from a file that lands to a table that is checked."""

    NAME = OURS

    def takes(self, delivery: Delivery) -> bool:  # noqa: ARG002 - every case
        """It has them all."""
        return True

    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Let the file land and run everything."""
        landed = self.place.folder / "landing" / "speed" / delivery.path
        landed.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, landed)
        request = {
            "url": url_of(self.place.engine, self.place.database),
            "folder": str(self.place.folder),
            "meaning": delivery.meaning,
            "has_visits": delivery.visits > 0,
        }
        answer = asked("benchmarks.speed.deliver", request)
        _same(delivery, answer, "versions", "visits", "moved")
        return answer


class ByHand(Way):
    """A close-and-insert merge: the least that a dimension costs, without late changes, checks and observations."""

    NAME = BY_HAND

    def takes(self, delivery: Delivery) -> bool:
        """It cannot take a late change."""
        return delivery.case != "repoint"

    def bring(self, delivery: Delivery, file: Path) -> dict[str, Any]:
        """Stage the file and merge it."""
        request = {
            "url": self.place.database,
            "file": str(file),
            "meaning": delivery.meaning,
            "case": delivery.case,
            "at": file.stem if delivery.meaning == "snapshots" else "2024-01-01",
        }
        answer = asked("benchmarks.speed.hand", request)
        _same(delivery, answer, "versions")
        return answer


def _same(delivery: Delivery, answer: dict[str, Any], *counts: str) -> None:
    for name in counts:
        if answer[name] != getattr(delivery, name):
            message = f"{delivery.case}: {answer[name]} {name}, and {getattr(delivery, name)} are right."
            raise WrongCount(message)
