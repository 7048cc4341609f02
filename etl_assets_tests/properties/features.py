"""What an example covers, in words: so that a proof can say how much of each kind it has seen."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from etl_assets_tests.oracles.history import Observation, lives, observations, place
from etl_assets_tests.oracles.observed import OPEN, Declaration, Event, FactRow, Key
from etl_assets_tests.properties.strategies import Batch, Delivery, History, events_of, snapshots_of, truth

FEATURES = (
    "events",
    "snapshots",
    "unread rows",
    "composite keys",
    "ties",
    "NULLs",
    "no-ops",
    "deletes",
    "re-inserts",
    "deletes only",
    "repeated events",
    "repeated files",
    "late events",
    "late snapshots",
    "inferred members",
    "inferred members seen later",
    "moved facts",
)


def features(history: History, batches: Sequence[Batch] = ()) -> set[str]:
    """The names, of FEATURES, of what this history and its arrival hold.

    Without batches the files come one by one, in their own order, after the facts.
    """
    in_order = sorted(history.deliveries, key=lambda delivery: delivery.file)
    arrived = batches or [Batch((), history.facts), *(Batch((delivery,), ()) for delivery in in_order)]
    return _held(history) | _late(history.declaration, arrived) | _moved(history.declaration, arrived)


def content(event: Event) -> tuple[object, ...]:
    """What makes two events the same one, whichever file tells them."""
    return event.key, event.effective_at, event.op == "D", frozenset(event.attributes.items())


def _true(names: Mapping[str, bool]) -> set[str]:
    return {name for name, holds in names.items() if holds}


def _held(history: History) -> set[str]:
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    known = observations(history.declaration, events, snapshots)
    found = {
        "events": bool(events),
        "snapshots": bool(snapshots),
        "unread rows": any(snapshot.unread for snapshot in snapshots),
        "composite keys": len(history.declaration.key) > 1,
        "repeated events": len({content(event) for event in events}) < len(events),
    }
    return _true(found).union(*(_lived(history.declaration, each) for each in known.values()))


def _lived(declaration: Declaration, known: Sequence[Observation]) -> set[str]:
    words = {observation.order[0]: observation.attributes for observation in known}
    spans = lives(declaration, known)
    gap = any(one[1] < other[0] for one, other in pairwise(spans))
    found = {
        "ties": any(one.order[0] == other.order[0] and one[1] != other[1] for one, other in pairwise(known)),
        "NULLs": any(value is None for *_, tracked in spans for value in tracked.values()),
        "no-ops": sum(attributes is not None for attributes in words.values()) > len(spans),
        "deletes": gap or (bool(spans) and spans[-1][1] != OPEN),
        "re-inserts": gap,
        "deletes only": not spans,
    }
    return _true(found)


def _late(declaration: Declaration, batches: Iterable[Batch]) -> set[str]:
    found: set[str] = set()
    before: list[Delivery] = []
    for batch in batches:
        known = observations(declaration, events_of(before), snapshots_of(before))
        last: dict[Key, Observation] = {key: each[-1] for key, each in known.items()}
        new = [delivery for delivery in batch.deliveries if delivery not in before]
        events = [event for event in events_of(new) if event.key in last]
        times = [(snapshot.taken_at, snapshot.file) for snapshot in snapshots_of(new)]
        found |= _true(
            {
                "repeated files": len(new) < len(batch.deliveries),
                "late events": any(place(event) < last[event.key].order for event in events),
                "late snapshots": any(time < each.order[:2] for time in times for each in last.values()),
            }
        )
        before += new
    return found


def _moved(declaration: Declaration, batches: Iterable[Batch]) -> set[str]:
    found: set[str] = set()
    deliveries: list[Delivery] = []
    facts: list[FactRow] = []
    pointed: dict[int, int] = {}
    waiting: set[Key | None] = set()
    for batch in batches:
        deliveries += batch.deliveries
        facts += batch.facts
        rows, points = truth(declaration, deliveries, facts)
        inferred = {row.natural_key for row in rows if row.is_inferred}
        moved = any(points[fact] != member for fact, member in pointed.items())
        found |= _true(
            {
                "inferred members": bool(inferred),
                "inferred members seen later": bool(waiting - inferred),
                "moved facts": moved,
            }
        )
        pointed, waiting = points, inferred
    return found
