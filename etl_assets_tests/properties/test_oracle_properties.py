"""What must hold of the oracle for every history: the rules of the page, each told in other words than the oracle's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, pairwise, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from etl_assets_tests.oracles.history import dimension, surrogate_key, whole
from etl_assets_tests.oracles.observed import ALWAYS, OPEN, Attributes, Declaration, Event, File, Key, Snapshot, Version
from etl_assets_tests.properties.strategies import (
    KEYS,
    Delivery,
    History,
    arrivals,
    events_of,
    histories,
    snapshots_of,
    truth,
)

often = settings(max_examples=200, deadline=None)
no_time = timedelta()
State = dict[Key, Attributes]
Truth = tuple[list[Version], dict[int, int]]


def all_of(history: History) -> Truth:
    return truth(history.declaration, history.deliveries, history.facts)


def after(word: Event | Snapshot, state: State, declaration: Declaration) -> State:
    if isinstance(word, Snapshot):
        unread = {key: row for key, row in state.items() if key in word.unread}
        return (unread if declaration.missing == "close" else state) | dict(word.rows)
    others = {key: row for key, row in state.items() if key != word.key}
    return others if word.op == "D" else others | {word.key: word.attributes}


def source_at(history: History, instant: datetime) -> State:
    """The rows of the source at an instant: everything told until then, replayed in order onto an empty table."""
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    told: list[tuple[datetime, File, int, Event | Snapshot]] = [
        *((event.effective_at, event.file, event.row, event) for event in events),
        *((snapshot.taken_at, snapshot.file, 0, snapshot) for snapshot in snapshots),
    ]
    state: State = {}
    for at, *_, word in sorted(told, key=lambda entry: entry[:3]):
        if at <= instant:
            state = after(word, state, history.declaration)
    return state


def instants(history: History) -> set[datetime]:
    """Every time at which something happened, and the moment before it."""
    times = {event.effective_at for event in events_of(history.deliveries)}
    times |= {snapshot.taken_at for snapshot in snapshots_of(history.deliveries)}
    return times | {time - timedelta(microseconds=1) for time in times}


def tracked(declaration: Declaration, row: Attributes) -> Attributes:
    return {name: row[name] for name in declaration.tracked}


def by_key(rows: Iterable[Version]) -> Mapping[Key | None, list[Version]]:
    found: defaultdict[Key | None, list[Version]] = defaultdict(list)
    for row in rows:
        found[row.natural_key].append(row)
    return found


def rewritten(history: History, keys: Mapping[Key, Key], later: timedelta) -> History:
    """The same history under other keys and at another time; the files keep their order."""

    def delivered(delivery: Delivery) -> Delivery:
        events = (replace(e, key=keys[e.key], effective_at=e.effective_at + later) for e in delivery.events)
        shot = delivery.snapshot
        if shot is not None:
            rows, unread = (
                {keys[key]: shot.rows[key] for key in shot.rows},
                frozenset(map(keys.__getitem__, shot.unread)),
            )
            shot = replace(shot, taken_at=shot.taken_at + later, rows=rows, unread=unread)
        return Delivery(delivery.file, tuple(events), shot)

    began = history.declaration.beginning
    facts = (
        replace(
            fact, natural_key=keys[key] if (key := whole(fact.natural_key)) else None, at=fact.at and fact.at + later
        )
        for fact in history.facts
    )
    declaration = replace(history.declaration, beginning=began and began + later)
    return History(declaration, tuple(delivered(delivery) for delivery in history.deliveries), tuple(facts))


def described(known: Truth, keys: Mapping[Key, Key], later: timedelta) -> tuple[object, object]:
    """Rows and facts without surrogate keys, told in other keys and at another time."""
    rows, points = known

    def name(row: Version) -> tuple[Key | None, datetime]:
        moves = row.natural_key is not None and not row.is_inferred
        return row.natural_key and keys[row.natural_key], row.valid_from + later if moves else row.valid_from

    ends = {name(row): row.valid_to if row.is_current else row.valid_to + later for row in rows}
    values = {name(row): (row.attributes, row.is_inferred) for row in rows}
    names = {row.surrogate_key: name(row) for row in rows}
    return (ends, values), {fact: names[member] for fact, member in points.items()}


def ended_unread(snapshots: Iterable[Snapshot]) -> set[Key]:
    """Keys that a snapshot lacks, and of which one before had a row that could not be read."""
    unread: set[Key] = set()
    ended: set[Key] = set()
    for snapshot in sorted(snapshots, key=lambda one: (one.taken_at, one.file)):
        ended |= unread - snapshot.unread - snapshot.rows.keys()
        unread |= snapshot.unread
    return ended


@often
@given(st.data())
def test_neither_order_nor_cut_nor_repetition_of_the_deliveries_matters(data: st.DataObject) -> None:
    history = data.draw(histories())
    batches = data.draw(arrivals(history))
    arrived = list(chain.from_iterable(batch.deliveries for batch in batches))
    facts = list(chain.from_iterable(batch.facts for batch in batches))
    assert truth(history.declaration, arrived, facts) == all_of(history)


@often
@given(histories())
def test_as_of_any_instant_the_dimension_equals_the_source(history: History) -> None:
    declaration = replace(history.declaration, beginning=None)
    rows = dimension(declaration, events_of(history.deliveries), snapshots_of(history.deliveries))[1:]
    for instant in instants(history):
        alive = {row.natural_key: row.attributes for row in rows if row.valid_from <= instant < row.valid_to}
        source = source_at(history, instant)
        assert {key: tracked(declaration, row) for key, row in alive.items()} == {
            key: tracked(declaration, row) for key, row in source.items()
        }


@often
@given(histories())
def test_a_current_row_holds_what_the_source_holds_now_overwritten_values_included(history: History) -> None:
    declaration, now = history.declaration, source_at(history, OPEN)
    rows = dimension(declaration, events_of(history.deliveries), snapshots_of(history.deliveries))[1:]
    current = {row.natural_key: row.attributes for row in rows if row.is_current}
    assert current.keys() == now.keys()
    for key, name in product(now, (*declaration.tracked, *declaration.overwritten)):
        assert current[key][name] == now[key][name]


@often
@given(histories())
def test_versions_of_a_key_never_overlap_and_touching_ones_differ(history: History) -> None:
    declaration, (rows, _) = history.declaration, all_of(history)
    assert len({row.surrogate_key for row in rows}) == len(rows)
    for versions in by_key(rows).values():
        assert all(version.valid_from < version.valid_to for version in versions)
        for one, other in pairwise(versions):
            assert one.valid_to <= other.valid_from
            same = tracked(declaration, one.attributes) == tracked(declaration, other.attributes)
            assert not (same and one.valid_to == other.valid_from)


@often
@given(histories())
def test_a_surrogate_key_is_that_of_the_natural_key_and_the_start(history: History) -> None:
    rows, _ = all_of(history)
    assert rows[0].surrogate_key == -1
    for row in rows[1:]:
        assert row.surrogate_key == surrogate_key(row.natural_key or (), row.valid_from)


@often
@given(histories())
def test_only_the_start_of_a_first_version_depends_on_the_beginning(history: History) -> None:
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    begun = dimension(history.declaration, events, snapshots)
    plain = by_key(dimension(replace(history.declaration, beginning=None), events, snapshots))
    for key, versions in by_key(begun).items():
        assert [replace(version, surrogate_key=0, valid_from=ALWAYS) for version in versions] == [
            replace(version, surrogate_key=0, valid_from=ALWAYS) for version in plain[key]
        ]
        assert [version.valid_from for version in versions[1:]] == [version.valid_from for version in plain[key][1:]]
        if key is not None:
            assert versions[0].valid_from == (history.declaration.beginning or plain[key][0].valid_from)


@often
@given(histories())
def test_overwritten_and_original_values_are_the_same_in_every_version(history: History) -> None:
    declaration, (rows, _) = history.declaration, all_of(history)
    for versions, name in product(by_key(rows).values(), (*declaration.overwritten, *declaration.original)):
        assert len({version.attributes[name] for version in versions}) == 1


@often
@given(histories())
def test_a_previous_value_changes_only_when_its_column_does(history: History) -> None:
    rows, _ = all_of(history)
    for versions, name in product(by_key(rows).values(), history.declaration.previous):
        assert versions[0].attributes[f"previous_{name}"] is None
        for one, other in pairwise(version.attributes for version in versions):
            changed = one[name] != other[name]
            assert other[f"previous_{name}"] == one[name if changed else f"previous_{name}"]


@often
@given(histories(), st.integers(-99, 99))
def test_shifting_time_shifts_the_intervals_and_what_facts_point_to(history: History, days: int) -> None:
    same, later = {key: key for key in chain(*KEYS.values())}, timedelta(days=days)
    assert described(all_of(history), same, later) == described(all_of(rewritten(history, same, later)), same, no_time)


@often
@given(st.data())
def test_a_bijection_on_the_keys_commutes(data: st.DataObject) -> None:
    history = data.draw(histories())
    pool = KEYS[len(history.declaration.key)]
    same, other = dict(zip(pool, pool, strict=True)), dict(zip(pool, data.draw(st.permutations(pool)), strict=True))
    changed = rewritten(history, other, no_time)
    assert described(all_of(history), other, no_time) == described(all_of(changed), same, no_time)


@often
@given(st.data())
def test_saying_again_what_is_known_changes_nothing(data: st.DataObject) -> None:
    history = data.draw(histories())
    instant = data.draw(st.sampled_from(sorted(instants(history))))
    state = source_at(history, instant)
    assume(state)
    key = data.draw(st.sampled_from(sorted(state)))
    declaration = history.declaration
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    again = Event(key, instant, "U", state[key], File(OPEN, OPEN, "again.csv", "0"), 1)
    assert dimension(declaration, [*events, again], snapshots) == dimension(declaration, events, snapshots)


@often
@given(histories())
def test_a_fact_points_to_the_row_that_the_source_had_at_its_time(history: History) -> None:
    declaration = replace(history.declaration, beginning=None, before_first="unknown", in_gap="unknown")
    rows, points = truth(declaration, history.deliveries, history.facts)
    members = {row.surrogate_key: row for row in rows}
    ever = set(chain.from_iterable(source_at(history, instant) for instant in instants(history)))
    for fact in history.facts:
        member, key = members[points[fact.fact_id]], whole(fact.natural_key)
        if fact.at is not None and key in source_at(history, fact.at):
            assert member.natural_key == key
            assert member.valid_from <= fact.at < member.valid_to
        else:
            assert member.natural_key is None or member.is_inferred
            assert not (member.is_inferred and key in ever)


@often
@given(histories())
def test_an_inferred_member_is_there_exactly_for_keys_that_facts_name_and_nothing_tells(history: History) -> None:
    told = {event.key for event in events_of(history.deliveries)}
    told |= {key for snapshot in snapshots_of(history.deliveries) for key in snapshot.rows}
    if history.declaration.missing == "close":
        told |= ended_unread(snapshots_of(history.deliveries))
    named = {fact.natural_key for fact in history.facts if fact.natural_key and None not in fact.natural_key}
    rows, points = all_of(history)
    inferred = {row.natural_key: row.surrogate_key for row in rows if row.is_inferred}
    assert inferred.keys() == named - told
    for fact in history.facts:
        assert (points[fact.fact_id] in inferred.values()) == (fact.natural_key in inferred)
