"""A type 2 dimension as a pure function of the set of things observed: the measure of the engine, cell by cell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import md5
from itertools import pairwise, permutations
from typing import NamedTuple

from etl_assets_tests.oracles.added import filled
from etl_assets_tests.oracles.observed import (
    ALWAYS,
    OPEN,
    Attributes,
    Declaration,
    Event,
    FactKey,
    File,
    Key,
    Snapshot,
    Version,
)

UNKNOWN = -1


class Observation(NamedTuple):
    """What one delivery says of one key: its attributes, or None where it says that the key is not there."""

    order: tuple[datetime, File, int]
    attributes: Attributes | None


def surrogate_key(key: Key, valid_from: datetime) -> int:
    """60 bits of the md5 of key and time; each part of a composite key is preceded by its length in bytes."""
    text = key[0] if len(key) == 1 else "".join(f"{len(part.encode())}:{part}" for part in key)
    text += "|" + valid_from.isoformat(sep=" ", timespec="microseconds")
    return int(md5(text.encode(), usedforsecurity=False).hexdigest()[:15], 16)


def place(event: Event) -> tuple[datetime, File, int]:
    """Where the event stands in the total order."""
    return event.effective_at, event.file, event.row


def observations(
    declaration: Declaration, events: Iterable[Event], snapshots: Collection[Snapshot]
) -> dict[Key, list[Observation]]:
    """All that is known of each key, in order.

    An event told again stands in every place where it is told: the first may be the original, the last has the last
    word. A snapshot asserts its rows and, where missing keys are closed, says of every other key that it is not there;
    of a key that was not alive that changes nothing. Of a key whose row cannot be read it says nothing.
    """
    known: defaultdict[Key, list[Observation]] = defaultdict(list)
    events = [*events]
    for event in events:
        known[event.key].append(Observation(place(event), None if event.op == "D" else event.attributes))
    for key in seen(declaration, events, snapshots):
        for snapshot in snapshots:
            if key in snapshot.rows or (declaration.missing == "close" and key not in snapshot.unread):
                known[key].append(Observation((snapshot.taken_at, snapshot.file, 0), snapshot.rows.get(key)))
    return {key: sorted(known[key], key=lambda observation: observation.order) for key in known}


def lives(declaration: Declaration, known: Sequence[Observation]) -> list[tuple[datetime, datetime, Attributes]]:
    """When a key was there, and with which tracked values: the last word of each instant, equal neighbours merged."""
    last_word = filled(declaration, {observation.order[0]: observation.attributes for observation in known})
    spans: list[tuple[datetime, datetime, Attributes]] = []
    for (start, attributes), (end, _) in pairwise([*last_word.items(), (OPEN, None)]):
        if attributes is not None:
            tracked = {column: attributes[column] for column in declaration.tracked}
            goes_on = bool(spans) and spans[-1][1:] == (start, tracked)
            spans.append((spans.pop()[0] if goes_on else start, end, tracked))
    return spans


def versions(declaration: Declaration, key: Key, known: Sequence[Observation]) -> Iterator[Version]:
    """The rows of one key: its lives, with the greatest overwritten, the least original and the previous values."""
    asserted = [observation.attributes for observation in known if observation.attributes is not None]
    spans = lives(declaration, known)
    for number, (start, end, tracked) in enumerate(spans):
        attributes = dict(tracked)
        attributes |= {column: asserted[-1][column] for column in declaration.overwritten}
        attributes |= {column: asserted[0][column] for column in declaration.original}
        for column in declaration.previous:
            others = [values[column] for *_, values in spans[:number] if values[column] != tracked[column]]
            attributes[f"previous_{column}"] = others[-1] if others else None
        begun = min(start, declaration.beginning or start) if number == 0 else start
        yield Version(surrogate_key(key, begun), key, attributes, begun, end)


def dimension(
    declaration: Declaration,
    events: Iterable[Event],
    snapshots: Collection[Snapshot],
    fact_keys: Iterable[FactKey] = (),
) -> list[Version]:
    """The whole table: the unknown member, then by key and time every version and every inferred member."""
    return table(declaration, observations(declaration, events, snapshots), fact_keys)


def table(
    declaration: Declaration, known: Mapping[Key, Sequence[Observation]], fact_keys: Iterable[FactKey] = ()
) -> list[Version]:
    """The same from what is known of each key."""
    columns = (*declaration.tracked, *declaration.overwritten, *declaration.original)
    nothing = dict.fromkeys((*columns, *(f"previous_{column}" for column in declaration.previous)))
    unseen = {key for key in map(whole, fact_keys) if key is not None} - known.keys()
    inferred = [Version(surrogate_key(key, ALWAYS), key, nothing, is_inferred=True) for key in unseen]
    found = [version for key in known for version in versions(declaration, key, known[key])]
    members = sorted(found + inferred, key=lambda row: (row.natural_key or (), row.valid_from))
    return [Version(UNKNOWN, None, nothing), *members]


def whole(fact_key: FactKey) -> Key | None:
    """The key that a fact names; None when a part of it is NULL."""
    parts = tuple(part for part in fact_key or () if part is not None)
    return parts if fact_key is not None and len(parts) == len(fact_key) else None


def seen(declaration: Declaration, events: Iterable[Event], snapshots: Collection[Snapshot]) -> set[Key]:
    """Keys of which anything was observed, were it only an end: also that of a key whose rows could never be read."""
    read = {event.key for event in events}.union(*(snapshot.rows for snapshot in snapshots))
    return read | (_ended_unread(snapshots) if declaration.missing == "close" else set())


def _ended_unread(snapshots: Collection[Snapshot]) -> set[Key]:
    """Keys whose row in a snapshot could not be read, and of which a later one has no row."""
    return {
        key
        for one, other in permutations(snapshots, 2)
        if (one.taken_at, one.file) < (other.taken_at, other.file)
        for key in one.unread - other.unread - other.rows.keys()
    }


def resolve(
    declaration: Declaration,
    dimension_rows: Iterable[Version],
    seen_keys: Collection[Key],
    natural_key: FactKey,
    at: datetime | None,
) -> int:
    """The member that a fact of this key at this time points to, by the table of facts."""
    key = whole(natural_key)
    if key is not None and key not in seen_keys:
        return surrogate_key(key, ALWAYS)
    own = [version for version in dimension_rows if key is not None and version.natural_key == key]
    if at is None or not own:
        return UNKNOWN
    begun = [version for version in own if version.valid_from <= at]
    if begun:
        alive = at < begun[-1].valid_to
        return begun[-1].surrogate_key if alive or declaration.in_gap == "last before" else UNKNOWN
    return own[0].surrogate_key if declaration.before_first == "first" else UNKNOWN


def mass_closes(
    declaration: Declaration,
    events: Iterable[Event],
    snapshots: Collection[Snapshot],
    arriving: Snapshot,
    *,
    share: float = 0.2,
    more_than: int = 10,
) -> bool:
    """Whether ``arriving`` would close more than that many, and that share, of the keys alive just before it."""
    arrival = (arriving.taken_at, arriving.file, 0)
    alive: set[Key] = set()
    for key, known in observations(declaration, events, snapshots).items():
        before = [observation for observation in known if observation.order < arrival]
        if before and before[-1].attributes is not None:
            alive.add(key)
    closed = alive - arriving.rows.keys() - arriving.unread if declaration.missing == "close" else set()
    return len(closed) > more_than and len(closed) / len(alive) > share
