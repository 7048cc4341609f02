"""Random histories, and random ways in which their files arrive.

Small on purpose: few keys, values, instants and places in the order, so that ties, no-ops, repeats and late news are
the rule. A delivery is one file, holding events or exactly one snapshot, which is of the time its file is named for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import Literal, NamedTuple

from hypothesis import strategies as st

from etl_assets_tests.oracles.history import dimension, resolve, seen
from etl_assets_tests.oracles.observed import (
    ALWAYS,
    Attributes,
    Declaration,
    Event,
    FactKey,
    FactRow,
    File,
    Key,
    Snapshot,
    Version,
)

COLUMNS: Mapping[str, type] = {"team": str, "skills": str, "name": str, "born": int, "note": str}
"""Every attribute that a file carries, with its type; no declaration names ``note``."""
KEY_COLUMNS = {1: ("id",), 2: ("site", "id")}
KEYS: Mapping[int, tuple[Key, ...]] = {
    1: (("a",), ("b",), ("A",), ("a ",), ("ключ|1",), ("",), ("7",)),
    2: (("1", "23"), ("12", "3"), ("a", "b"), ("a", "B"), ("ж", "1:x"), ("", "a"), ("a", "")),
}
SHAPES = (
    Declaration(key=(), tracked=("team",)),
    Declaration(key=(), tracked=("team", "skills"), overwritten=("name",), original=("born",), previous=("team",)),
    Declaration(key=(), tracked=("team", "born"), overwritten=("skills", "name"), previous=("team", "born")),
    Declaration(key=(), overwritten=("name",), original=("team",)),
)
LAST_INSTANT = 8
FILE_TIME = datetime.fromisoformat("2020-01-01 06:00:00")


class Clock(NamedTuple):
    """Where a history stands in time, and how far its instants lie apart."""

    zero: datetime
    step: timedelta

    def at(self, instant: int) -> datetime:
        """The time of the instant."""
        return self.zero + instant * self.step


CLOCKS = (
    Clock(datetime.fromisoformat("2010-01-01"), timedelta(days=1)),
    Clock(datetime.fromisoformat("2010-01-01"), timedelta(microseconds=1)),
    Clock(datetime.fromisoformat("0001-06-01"), timedelta(hours=1, microseconds=7)),
    Clock(datetime.fromisoformat("9999-06-01 23:59:59.999999"), timedelta(days=1)),
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file and what it holds: events, or one snapshot."""

    file: File
    events: tuple[Event, ...] = ()
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one run finds: deliveries, some of which an earlier run may have loaded, and new facts."""

    deliveries: tuple[Delivery, ...]
    facts: tuple[FactRow, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All that ever happens to a dimension: its declaration, every file once, the facts that point to it."""

    declaration: Declaration
    deliveries: tuple[Delivery, ...]
    facts: tuple[FactRow, ...]


class Place(NamedTuple):
    """What a file's content does not decide: its path, the instant it is named for, the hour of its modification."""

    path: str
    instant: int
    hour: int


Change = tuple[Key, int, Literal["I", "U", "D"], Attributes]
Content = list[Change] | dict[Key, Attributes | None]
"""Changes, or the rows of a snapshot: None where a row's values cannot be read."""

_attributes = st.fixed_dictionaries(
    {name: st.sampled_from((None, "x", "y", "") if kind is str else (None, 0, 1)) for name, kind in COLUMNS.items()}
)
_places = st.builds(
    Place,
    st.sampled_from(("a.csv", "b.csv", "B.csv", "in/c.csv")),
    st.integers(0, LAST_INSTANT),
    st.integers(0, 2),
)


@st.composite
def _contents(draw: st.DrawFn, keys: Sequence[Key]) -> list[Content]:
    """What the files say, of few different rows; some content comes again."""
    rows: list[Attributes] = [dict.fromkeys(COLUMNS), *draw(st.lists(_attributes, min_size=2, max_size=4))]
    key, row = st.sampled_from(keys), st.sampled_from(rows)
    operation: st.SearchStrategy[Literal["I", "U", "D"]] = st.sampled_from(("I", "U", "U", "D"))
    changes = st.lists(st.tuples(key, st.integers(0, LAST_INSTANT), operation, row), min_size=1, max_size=5)
    snapshots: st.SearchStrategy[Content] = st.dictionaries(key, st.none() | row | row | row)
    contents = draw(st.lists(changes | snapshots, min_size=2, max_size=6))
    return contents + draw(st.lists(st.sampled_from(contents), max_size=2))


def _delivery(content: Content, place: Place, clock: Clock) -> Delivery:
    digest = sha256(repr(content).encode()).hexdigest()
    file = File(clock.at(place.instant), FILE_TIME + timedelta(hours=place.hour), place.path, digest)
    if isinstance(content, dict):
        rows = {key: said for key, said in content.items() if said is not None}
        return Delivery(file, snapshot=Snapshot(file.order_at, file, rows, frozenset(content.keys() - rows.keys())))
    changes = enumerate(content, start=1)
    return Delivery(file, tuple(Event(key, clock.at(at), op, said, file, row) for row, (key, at, op, said) in changes))


@st.composite
def _declarations(draw: st.DrawFn, width: int, clock: Clock) -> Declaration:
    early = clock.at(-2)
    return replace(
        draw(st.sampled_from(SHAPES)),
        key=KEY_COLUMNS[width],
        missing=draw(st.sampled_from(("close", "keep"))),
        beginning=draw(st.sampled_from((None, early, min(ALWAYS, early)))),
        before_first=draw(st.sampled_from(("unknown", "first"))),
        in_gap=draw(st.sampled_from(("unknown", "last before"))),
    )


@st.composite
def _facts(draw: st.DrawFn, width: int, keys: Sequence[Key], clock: Clock) -> tuple[FactRow, ...]:
    """Facts of known keys, of keys that no file may ever name, and of NULL; some before and after all else."""
    nulls: list[FactKey] = [None, (*KEYS[width][0][1:], None)]
    names = st.sampled_from([*keys, *KEYS[width][-2:], *nulls])
    times = st.sampled_from([clock.at(instant) for instant in range(-1, LAST_INSTANT + 2)] + [None])
    rows = draw(st.lists(st.tuples(names, times), max_size=8))
    return tuple(FactRow(number, key, at) for number, (key, at) in enumerate(rows, start=1))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Events and snapshots of two to five keys, in up to eight files, and up to eight facts."""
    width, clock = draw(st.sampled_from((1, 2))), draw(st.sampled_from(CLOCKS))
    keys = draw(st.lists(st.sampled_from(KEYS[width]), min_size=2, max_size=5, unique=True))
    deliveries = [_delivery(content, draw(_places), clock) for content in draw(_contents(keys))]
    once = {(delivery.file.path, delivery.file.sha256): delivery for delivery in deliveries}
    return History(draw(_declarations(width, clock)), tuple(once.values()), draw(_facts(width, keys, clock)))


@st.composite
def arrivals(draw: st.DrawFn, history: History) -> tuple[Batch, ...]:
    """The files in any order and any cut, some of them again; each fact in any batch, most in the first."""
    again = draw(st.lists(st.sampled_from(history.deliveries), max_size=2))
    files = draw(st.permutations([*history.deliveries, *again]))
    cuts = [place for place in range(1, len(files) + 1) if draw(st.booleans())]
    parts = [tuple(files[start:end]) for start, end in pairwise([0, *cuts, len(files)])]
    homes = [draw(st.just(0) | st.integers(0, len(parts) - 1)) for _ in history.facts]
    landed = list(zip(homes, history.facts, strict=True))
    return tuple(
        Batch(part, tuple(fact for home, fact in landed if home == number)) for number, part in enumerate(parts)
    )


def events_of(deliveries: Iterable[Delivery]) -> list[Event]:
    """The events that these files hold."""
    return [event for delivery in deliveries for event in delivery.events]


def snapshots_of(deliveries: Iterable[Delivery]) -> list[Snapshot]:
    """The snapshots that these files are, each file once."""
    return list({each.file: each.snapshot for each in deliveries if each.snapshot is not None}.values())


def truth(
    declaration: Declaration, deliveries: Sequence[Delivery], facts: Sequence[FactRow]
) -> tuple[list[Version], dict[int, int]]:
    """The dimension once these files and facts are there, and by fact id the member that each fact points to."""
    events, snapshots = events_of(deliveries), snapshots_of(deliveries)
    rows, known = (
        dimension(declaration, events, snapshots, [fact.natural_key for fact in facts]),
        seen(declaration, events, snapshots),
    )
    return rows, {fact.fact_id: resolve(declaration, rows, known, fact.natural_key, fact.at) for fact in facts}
