"""Scenarios as data: what comes, batch by batch, and the history that follows from it.

The files in ``scenarios/`` hold them, each answer worked out by hand from docs/history.md. In them

- a time is a day of January 2024 at midnight (``3``, any whole number), or is written out to the microsecond,
- a row is ``[time, key…, value…]``; in a file of changes one without values says that the key goes,
- ``at`` is when a batch comes; ``changes`` is a file of changes, ``snapshot`` with ``rows`` a file that says what was
  there at that time, ``files`` several of them. In a snapshot's row the time is that of the row's own last change,
- ``expect`` lists versions as ``[key…, value…, from, to]``, without ``to`` while open.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

import yaml

OPEN: Final = datetime.fromisoformat("9999-12-31")
"""Where a version ends that has no end."""
_FOLDER: Final = Path(__file__).with_name("scenarios")
_EVE: Final = datetime.fromisoformat("2023-12-31")

Key = tuple[str | None, ...]
Values = tuple[str | None, ...]
Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A row of a file: what its key is from a time on; gone when values is None."""

    since: datetime
    key: Key
    values: Values | None


@dataclass(frozen=True, kw_only=True)
class File:
    """A file as it comes.

    Args:
        name: Without a folder.
        taken: The time that a snapshot speaks of; None for a file of changes.
        written: Its modification time.
        rows: In its order.
    """

    name: str
    taken: datetime | None
    written: datetime
    rows: tuple[Told, ...]


@dataclass(frozen=True)
class Visit:
    """A fact that names a key at a time."""

    number: int
    key: Key
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What comes at once.

    Args:
        at: When.
        files: In the order in which a tool that takes one at a time gets them.
        visits: The facts that come with it.
        refused: Whether it has to be refused.
        allow_closing: Whether it may close most keys.
        repointed: The number of facts that it points anew.
    """

    at: datetime
    files: tuple[File, ...]
    visits: tuple[Visit, ...] = ()
    refused: bool = False
    allow_closing: bool = False
    repointed: int = 0


@dataclass(frozen=True)
class Version:
    """A row of the history, alive from one time up to another."""

    key: Key
    values: Values
    valid_from: datetime
    valid_to: datetime = OPEN


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What comes, and the right answer.

    Args:
        name: As in the file.
        title: What happens, for people.
        rule: What has to follow, in a sentence.
        key: The key's columns.
        columns: The other ones, in the order of the rows.
        overwritten: Those of type 1.
        original: Those of type 0.
        previous: Tracked ones whose value before is kept.
        missing: What a snapshot says of a key that it lacks.
        beginning: Where first versions begin; None for the first observation.
        batches: In the order in which they come.
        versions: The right history, without inferred members.
        inferred: The keys that are inferred in the end.
        points: By visit the version (key and start), ``inferred`` or ``unknown`` that it points to in the end.
        quarantined: The number of rows that are put aside.
    """

    name: str
    title: str
    rule: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    overwritten: tuple[str, ...]
    original: tuple[str, ...]
    previous: tuple[str, ...]
    missing: Literal["close", "keep"]
    beginning: datetime | None
    batches: tuple[Batch, ...]
    versions: tuple[Version, ...]
    inferred: tuple[str, ...]
    points: Mapping[int, tuple[str, datetime] | str]
    quarantined: int

    @property
    def tracked(self) -> tuple[str, ...]:
        """The columns whose change opens a version."""
        return tuple(name for name in self.columns if name not in {*self.overwritten, *self.original})

    @property
    def needs(self) -> frozenset[str]:
        """What a tool has to offer beside versions."""
        asked = {
            "type 0": self.original,
            "type 1": self.overwritten,
            "type 3": self.previous,
            "beginning": self.beginning,
            "facts": any(self.visits),
        }
        return frozenset(name for name, given in asked.items() if given)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The columns of an expected version beside key and life."""
        return (*self.columns, *(f"previous_{name}" for name in self.previous))

    @property
    def files(self) -> Iterator[File]:
        """Every file that comes."""
        return (file for batch in self.batches for file in batch.files)

    @property
    def visits(self) -> Iterator[Visit]:
        """Every fact that comes."""
        return (visit for batch in self.batches for visit in batch.visits)


def moment(given: int | str) -> datetime:
    """A time as the scenarios write it."""
    return _EVE + timedelta(days=given) if isinstance(given, int) else datetime.fromisoformat(given)


def scenarios(folder: Path = _FOLDER) -> list[Scenario]:
    """All of them, by file and in its order."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))]
    return [_scenario(name, raw) for text in texts for name, raw in yaml.safe_load(text).items()]


def _scenario(name: str, raw: Raw) -> Scenario:
    key, columns = tuple(raw.get("key", ["id"])), tuple(raw.get("columns", ["team"]))
    previous = tuple(raw.get("previous", []))
    return Scenario(
        name=name,
        title=raw["title"],
        rule=raw["rule"],
        key=key,
        columns=columns,
        overwritten=tuple(raw.get("overwritten", [])),
        original=tuple(raw.get("original", [])),
        previous=previous,
        missing=raw.get("missing", "close"),
        beginning=moment(raw["beginning"]) if "beginning" in raw else None,
        batches=tuple(_batch(number, each, len(key)) for number, each in enumerate(raw["batches"])),
        versions=tuple(_version(row, len(key), len(columns) + len(previous)) for row in raw["expect"]),
        inferred=tuple(raw.get("inferred", [])),
        points={number: _point(given) for number, given in raw.get("points", {}).items()},
        quarantined=raw.get("quarantined", 0),
    )


def _batch(number: int, raw: Raw, parts: int) -> Batch:
    at = moment(raw["at"])
    visits = [Visit(visit[0], tuple(visit[1:-1]), moment(visit[-1])) for visit in raw.get("visits", [])]
    return Batch(
        at=at,
        files=tuple(_file(f"{number}_{place}", each, at, parts) for place, each in enumerate(raw.get("files", [raw]))),
        visits=tuple(visits),
        refused=raw.get("refused", False),
        allow_closing=raw.get("allow_closing", False),
        repointed=raw.get("repointed", 0),
    )


def _file(place: str, raw: Raw, at: datetime, parts: int) -> File:
    taken = moment(raw["snapshot"]) if "snapshot" in raw else None
    name = f"{taken:%Y-%m-%d}.csv" if taken else raw.get("name", f"{place}.csv")
    rows = tuple(_told(row, parts) for row in raw.get("rows", raw.get("changes")))
    return File(name=name, taken=taken, written=moment(raw["written"]) if "written" in raw else at, rows=rows)


def _told(row: Sequence[Any], parts: int) -> Told:
    values = tuple(row[1 + parts :])
    return Told(moment(row[0]), tuple(row[1 : 1 + parts]), values or None)


def _version(row: Sequence[Any], parts: int, values: int) -> Version:
    life = [moment(given) for given in row[parts + values :]]
    return Version(tuple(row[:parts]), tuple(row[parts : parts + values]), *life)


def _point(given: str | Sequence[Any]) -> tuple[str, datetime] | str:
    if isinstance(given, str):
        return given
    return "inferred" if given[1] == "inferred" else (given[0], moment(given[1]))
