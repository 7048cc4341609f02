"""The warehouse equals the oracle, cell by cell and key by key, in whatever order and cut files arrive."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import MemoryDuckDB
from etl_assets_tests.properties.follow import follow, rebuild, restate
from etl_assets_tests.properties.lives import Life, lives
from etl_assets_tests.properties.proof import SLOW
from etl_assets_tests.properties.strategies import events_of, snapshots_of

often = settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
seldom = settings(max_examples=50, deadline=None, suppress_health_check=SLOW)
rarely = settings(max_examples=20, deadline=None, suppress_health_check=SLOW)


@often
@given(lives())
def test_duckdb_equals_the_oracle_after_every_batch(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        follow(engine, life)


@often
@given(life=lives())
def test_postgres_equals_the_oracle_after_every_batch(emptied: Callable[[], Engine], life: Life) -> None:
    follow(emptied(), life)


@seldom
@given(lives())
def test_duckdb_rebuilt_in_one_batch_is_the_same(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        rebuild(engine, life)


@seldom
@given(life=lives())
def test_postgres_rebuilt_in_one_batch_is_the_same(emptied: Callable[[], Engine], life: Life) -> None:
    rebuild(emptied(), life)


def _moment(life: Life, data: st.DataObject) -> datetime:
    """A time at which something is observed."""
    deliveries = life.history.deliveries
    times = {event.effective_at for event in events_of(deliveries)}
    times |= {snapshot.taken_at for snapshot in snapshots_of(deliveries)}
    return data.draw(st.sampled_from(sorted(times)))


@rarely
@given(lives(), st.data())
def test_duckdb_restated_from_a_time_on_is_the_same(life: Life, data: st.DataObject) -> None:
    with closing(MemoryDuckDB()) as engine:
        restate(engine, life, _moment(life, data))


@rarely
@given(life=lives(), data=st.data())
def test_postgres_restated_from_a_time_on_is_the_same(
    emptied: Callable[[], Engine], life: Life, data: st.DataObject
) -> None:
    restate(emptied(), life, _moment(life, data))
