"""What arrives in the landing folder, as values: read from a folder, cut into arrivals, put into a folder again."""

import csv
import hashlib
import io
import os
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC throughout, kept without a zone as in the warehouse


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as it arrived.

    Args:
        path: Below the warehouse's landing folder, with slashes.
        content: Its bytes.
        modified_at: When it was last changed: UTC, to the microsecond, without a zone.
    """

    path: str
    content: bytes
    modified_at: datetime

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def sha256(self) -> str:
        """The fingerprint of the content; with the path, the file's identity."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def rows(self) -> list[list[str]]:
        """The fields of its lines."""
        return list(csv.reader(io.StringIO(self.content.decode(), newline="")))


def from_folder(folder: Path, *, below: str = "") -> list[Delivery]:
    """Every file in the folder and its sub-folders, by path; ``below`` is put before each path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [Delivery(below + path.relative_to(folder).as_posix(), path.read_bytes(), _modified(path)) for path in files]


def place(arriving: Iterable[Delivery], folder: Path) -> None:
    """Put files into the folder with their times, over older ones of the same path."""
    for delivery in arriving:
        path = folder / delivery.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(delivery.content)
        nanoseconds = (delivery.modified_at - _EPOCH) // timedelta(microseconds=1) * 1000
        os.utime(path, ns=(nanoseconds, nanoseconds))


def shuffled_cuts(deliveries: Iterable[Delivery], seed: int) -> list[list[Delivery]]:
    """The files in a random order, cut at random; two of one path never arrive together."""
    chance = random.Random(seed)  # noqa: S311 - an order, not a secret
    remaining = list(deliveries)
    chance.shuffle(remaining)
    share = chance.choice((0.1, 0.3, 0.8))
    arrivals: list[list[Delivery]] = [[]]
    for delivery in remaining:
        if arrivals[-1] and (chance.random() < share or delivery.path in {other.path for other in arrivals[-1]}):
            arrivals.append([])
        arrivals[-1].append(delivery)
    return arrivals


def with_conflicts(deliveries: Sequence[Delivery], seed: int) -> list[Delivery]:
    """The files of support, and others that repeat or contradict them."""
    told = _Retelling(deliveries, random.Random(f"conflicts {seed}"))  # noqa: S311 - figures for a test, not a secret
    return [*deliveries, *told.contradictions(), *told.other_histories(), *told.repetitions()]


@dataclass(frozen=True)
class _Retelling:
    """Files that tell again, or otherwise, what others told."""

    deliveries: Sequence[Delivery]
    chance: random.Random

    def contradictions(self) -> Iterator[Delivery]:
        """Cases, logs and products with other content, under new paths."""
        cases, logs, products = (self.some(kind).rows for kind in ("cases", "logs", "products"))
        lines, below = [row[0] for row in products if not row[2]], [row for row in products if row[2]]
        aids = [row[0] for row in self.some("analysts").rows]
        yield self.changed(cases, "corrected/1/cases.csv", 1, ("1", "2", "3"))
        yield self.changed(cases, "corrected/2/cases.csv", 2, ("2012-02-29 23:59:59.999999",))
        yield self.changed(cases, "corrected/3/cases.csv", 3, ("", "0-0", *self.chance.sample(aids, 6)))
        yield self.changed(cases, "corrected/4/cases.csv", 4, ("0-0", products[0][0]))
        yield self.changed(logs, "corrected/logs.csv", 2, ("Reopened", "Close", "Response"))
        yield self.changed(products, "renamed/products.csv", 1, ("Renamed", "Renamed too"))
        yield self.changed(below, "moved/products.csv", 2, ("0-0", *self.chance.sample(lines, 6)))

    def other_histories(self) -> Iterator[Delivery]:
        """A snapshot of analysts issued again, under its path and another; exports that tell of the past."""
        teams = ("Team1", "Team4", "Team9")
        times = ("2011-01-01 00:00:00", "2012-07-01 10:00:00", "2012-07-01 10:00:00.000001")
        analysts = self.some("analysts_")
        yield self.changed(analysts.rows, analysts.path, 2, teams)
        yield self.changed(analysts.rows, f"again/{analysts.name}", 3, ("", "K", "K,A"))
        for path in ("late/analysts.csv", "later/analysts.csv"):
            yield self.changed(self.changed(analysts.rows, path, 5, times).rows, path, 2, teams)

    def repetitions(self) -> Iterator[Delivery]:
        """The same content under the same path, and under another one with another time (so A, B, A)."""
        for kind in ("cases", "logs", "analysts", "products", "PrioritySLA"):
            repeated = self.some(kind)
            yield repeated
            yield Delivery(f"copies/{repeated.name}", repeated.content, self.moment())
        yield Delivery("empty/cases.csv", b"", self.moment())

    def some(self, beginning: str) -> Delivery:
        """A file whose name begins so."""
        return self.chance.choice([file for file in self.deliveries if file.name.startswith(beginning)])

    def changed(self, rows: Sequence[Sequence[str]], path: str, column: int, values: Sequence[str]) -> Delivery:
        """About half of the rows, half of them with another value in one column."""
        told = [list(row) for row in rows if self.chance.random() < 1 / 2]
        for row in told:
            row[column] = self.chance.choice((row[column], self.chance.choice(values)))
        text = "".join(",".join(f'"{field}"' for field in row) + "\r\n" for row in told)
        return Delivery(path, text.encode(), self.moment())

    def moment(self) -> datetime:
        """Before all others, among them or after them; often the same."""
        times = [file.modified_at for file in self.deliveries]
        before, after = timedelta(days=-1), timedelta(microseconds=1)
        return self.chance.choice((min(times) + before, self.chance.choice(times), max(times) + after))


def _modified(path: Path) -> datetime:
    return _EPOCH + timedelta(microseconds=path.stat().st_mtime_ns // 1000)
