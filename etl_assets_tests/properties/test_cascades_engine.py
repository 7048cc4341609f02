"""A dimension that looks up another table equals the oracle, in whatever order and cut files of both arrive."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.cascades import Cascade, Cascading, Landing, cascades
from etl_assets_tests.properties.engine import MemoryDuckDB
from etl_assets_tests.properties.follow import FOLDER
from etl_assets_tests.properties.proof import SLOW

often = settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
seldom = settings(max_examples=10, deadline=None, suppress_health_check=SLOW)
thorough = settings(max_examples=2000, deadline=None, suppress_health_check=SLOW, database=None)


@contextmanager
def cascading(engine: Engine, life: Cascade) -> Generator[Cascading]:
    """The warehouse that a life is told to."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        yield Cascading(engine, life, Path(folder))


def follow(engine: Engine, life: Cascade) -> None:
    """Compare with the oracle after every run."""
    with cascading(engine, life) as built:
        for number, landing in enumerate(life.landings, start=1):
            built.meet(landing)
            rows, points = life.expected(number)
            assert built.versions() == rows
            assert built.points() == points


def rebuild(engine: Engine, life: Cascade) -> None:
    """Everything in one run gives what the runs give."""
    every = len(life.landings)
    with cascading(engine, life) as built:
        built.meet(Landing(tuple(life.people(every)), tuple(life.places(every)), tuple(life.facts(every))))
        assert (built.versions(), built.points()) == life.expected(every)


@often
@given(cascades())
def test_duckdb_equals_the_oracle_after_every_run(life: Cascade) -> None:
    with closing(MemoryDuckDB()) as engine:
        follow(engine, life)


@often
@given(life=cascades())
def test_postgres_equals_the_oracle_after_every_run(emptied: Callable[[], Engine], life: Cascade) -> None:
    follow(emptied(), life)


@seldom
@given(cascades())
def test_duckdb_built_in_one_run_is_the_same(life: Cascade) -> None:
    with closing(MemoryDuckDB()) as engine:
        rebuild(engine, life)


@seldom
@given(life=cascades())
def test_postgres_built_in_one_run_is_the_same(emptied: Callable[[], Engine], life: Cascade) -> None:
    rebuild(emptied(), life)


@pytest.mark.proof
@thorough
@given(cascades())
def test_duckdb_equals_the_oracle_in_two_thousand_cascades(life: Cascade) -> None:
    with closing(MemoryDuckDB()) as engine:
        follow(engine, life)


@pytest.mark.proof
@thorough
@given(life=cascades())
def test_postgres_equals_the_oracle_in_two_thousand_cascades(emptied: Callable[[], Engine], life: Cascade) -> None:
    follow(emptied(), life)
