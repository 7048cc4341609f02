"""The warehouse equals the oracle, cell by cell and key by key, in whatever order and cut files arrive."""

from collections.abc import Callable
from contextlib import closing

from hypothesis import given, settings

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import MemoryDuckDB
from etl_assets_tests.properties.follow import follow, rebuild
from etl_assets_tests.properties.lives import Life, lives
from etl_assets_tests.properties.proof import SLOW

often = settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
seldom = settings(max_examples=50, deadline=None, suppress_health_check=SLOW)


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
