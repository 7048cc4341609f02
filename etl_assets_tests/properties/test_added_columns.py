"""Columns that are known since a time: the warehouse equals the oracle, and the oracle does what the page says."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.oracles.history import dimension
from etl_assets_tests.oracles.observed import Declaration, Since
from etl_assets_tests.properties.engine import MemoryDuckDB
from etl_assets_tests.properties.follow import follow, rebuild
from etl_assets_tests.properties.lives import Life, lives
from etl_assets_tests.properties.proof import SLOW
from etl_assets_tests.properties.strategies import LAST_INSTANT, Clock, History, events_of, histories, snapshots_of

often = settings(max_examples=40, deadline=None, suppress_health_check=SLOW, derandomize=True)
seldom = settings(max_examples=15, deadline=None, suppress_health_check=SLOW, derandomize=True)
of_oracle = settings(max_examples=200, deadline=None)


def _clock(history: History) -> Clock:
    """A clock with which the instants of the history are told again."""
    times = sorted({event.effective_at for event in events_of(history.deliveries)})
    times += sorted({shot.taken_at for shot in snapshots_of(history.deliveries)})
    times = sorted(set(times))
    steps = [other - one for one, other in pairwise(times)]
    return Clock(times[0], min(steps)) if steps else Clock(times[0], times[0] - times[0])


@st.composite
def _declared(draw: st.DrawFn, history: History) -> History:
    """The history of a dimension of which some tracked columns are known since a time only."""
    declaration, clock = history.declaration, _clock(history)
    before: st.SearchStrategy[Literal["null", "first"]] = st.sampled_from(("null", "first"))
    times = st.sampled_from([clock.at(instant) for instant in range(LAST_INSTANT)])
    columns = [name for name in declaration.tracked if draw(st.booleans())]
    added = tuple(Since(name, draw(times), draw(before)) for name in columns)
    return replace(history, declaration=replace(declaration, added=added))


@st.composite
def _lives(draw: st.DrawFn) -> Life:
    life = draw(lives())
    return replace(life, history=draw(_declared(life.history)))


@often
@given(_lives())
def test_duckdb_equals_the_oracle_after_every_batch(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        follow(engine, life)


@often
@given(life=_lives())
def test_postgres_equals_the_oracle_after_every_batch(emptied: Callable[[], Engine], life: Life) -> None:
    follow(emptied(), life)


@seldom
@given(life=_lives())
def test_duckdb_rebuilt_in_one_batch_is_the_same(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        rebuild(engine, life)


def _without(declaration: Declaration) -> Declaration:
    """The declaration as it was before the columns were added."""
    names = {one.column for one in declaration.added}
    return replace(
        declaration,
        tracked=tuple(name for name in declaration.tracked if name not in names),
        previous=tuple(name for name in declaration.previous if name not in names),
        added=(),
    )


@of_oracle
@given(histories().flatmap(_declared))
def test_where_nothing_is_known_yet_there_are_the_versions_that_there_were(history: History) -> None:
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    later = max([each.effective_at for each in events] + [each.taken_at for each in snapshots])
    added = tuple(replace(one, since=later.replace(year=9999, month=12, day=30)) for one in history.declaration.added)
    declaration = replace(history.declaration, added=added)
    known = dimension(declaration, events, snapshots)
    before = dimension(_without(declaration), events, snapshots)
    assert [(row.surrogate_key, row.valid_to) for row in known] == [(row.surrogate_key, row.valid_to) for row in before]
    assert all(row.attributes[one.column] is None for row in known for one in added)


@of_oracle
@given(histories().flatmap(_declared))
def test_a_first_known_value_opens_no_version(history: History) -> None:
    """A version begins where the dimension without the column has one begin, or after the column was known."""
    events, snapshots = events_of(history.deliveries), snapshots_of(history.deliveries)
    known = dimension(history.declaration, events, snapshots)
    before = {row.surrogate_key for row in dimension(_without(history.declaration), events, snapshots)}
    earliest = min((one.since for one in history.declaration.added), default=None)
    for row in known:
        assert row.surrogate_key in before or (earliest is not None and row.valid_from > earliest)


@of_oracle
@given(histories().flatmap(_declared))
def test_touching_versions_differ_whatever_stands_for_the_unknown(history: History) -> None:
    rows = dimension(history.declaration, events_of(history.deliveries), snapshots_of(history.deliveries))
    for one, other in pairwise(rows):
        if one.natural_key == other.natural_key and one.valid_to == other.valid_from:
            assert any(one.attributes[name] != other.attributes[name] for name in history.declaration.tracked)
