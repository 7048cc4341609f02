"""The warehouse equals the oracle, cell by cell and key by key, in whatever order and cut files arrive."""

import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from hypothesis import HealthCheck, given, settings

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import KeptPostgres, MemoryDuckDB, Warehouse
from etl_assets_tests.properties.lives import LIFE_FEATURES, Life, lives
from etl_assets_tests.servers.postgres import Postgres

if TYPE_CHECKING:
    from etl_assets.datasets import Meaning

_slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
RARE = 500
often = settings(max_examples=30, deadline=None, suppress_health_check=_slow)
seldom = settings(max_examples=15, deadline=None, suppress_health_check=_slow)
thorough = settings(max_examples=10_000, deadline=None, suppress_health_check=_slow, database=None)


class Emptied(Protocol):
    """Gives an engine with nothing in it."""

    def __call__(self) -> Engine:
        """The engine, emptied."""
        ...


@pytest.fixture(scope="module")
def postgres(postgres_server: Postgres) -> Iterator[Emptied]:
    """One database for all examples."""
    postgres_server.execute("create database lives")
    engine = KeptPostgres(postgres_server.url("lives"))

    def emptied() -> Engine:
        with engine.writing() as session:
            session.run("drop schema if exists w_staging, w_marts, etl cascade")
        return engine

    yield emptied
    engine.close()


@contextmanager
def warehouse(engine: Engine, life: Life) -> Generator[Warehouse]:
    """The warehouse that a life is told to, its dataset declared for just the meanings that its files have."""
    kinds: set[Meaning] = {"snapshot" if each.snapshot else "changes" for each in life.history.deliveries}
    with tempfile.TemporaryDirectory() as folder:
        yield Warehouse(engine, life.history.declaration, Path(folder), meanings=sorted(kinds))


def follow(engine: Engine, life: Life) -> None:
    """Compare with the oracle after every batch; then tell everything again, and nothing may be written."""
    with warehouse(engine, life) as built:
        rows, points = life.expected(0)
        for number, step in enumerate(life.steps, start=1):
            built.arrive(step)
            rows, points = life.expected(number)
            assert built.versions() == rows
            assert built.points() == points
        before = built.ledgers()
        built.land_again([*life.history.deliveries, *life.deliveries(1)])
        assert not any(report.written for report in built.refresh())
        assert built.ledgers() == before
        assert built.versions() == rows
        assert built.points() == points


def rebuild(engine: Engine, life: Life) -> None:
    """Everything in one batch gives what the batches give."""
    rows, points = life.expected(len(life.steps))
    with warehouse(engine, life) as built:
        built.land(life.history.deliveries, life.told(len(life.steps)))
        built.refresh()
        assert built.versions() == rows
        assert built.points() == points


@often
@given(lives())
def test_duckdb_equals_the_oracle_after_every_batch(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        follow(engine, life)


@often
@given(life=lives())
def test_postgres_equals_the_oracle_after_every_batch(postgres: Emptied, life: Life) -> None:
    follow(postgres(), life)


@seldom
@given(lives())
def test_duckdb_rebuilt_in_one_batch_is_the_same(life: Life) -> None:
    with closing(MemoryDuckDB()) as engine:
        rebuild(engine, life)


@seldom
@given(life=lives())
def test_postgres_rebuilt_in_one_batch_is_the_same(postgres: Emptied, life: Life) -> None:
    rebuild(postgres(), life)


def prove(check: Callable[[Life], None]) -> str:
    """Check ten thousand lives; says how many had each feature, of which none may be rare."""
    found: Counter[str] = Counter()

    @thorough
    @given(lives())
    def each(life: Life) -> None:
        found.update(life.features)
        check(life)

    each()
    assert all(found[feature] >= RARE for feature in LIFE_FEATURES), found
    return "\n".join(f"{found[feature]:>6} {feature}" for feature in LIFE_FEATURES)


@pytest.mark.proof
def test_duckdb_equals_the_oracle_in_ten_thousand_lives(capsys: pytest.CaptureFixture[str]) -> None:
    def check(life: Life) -> None:
        with closing(MemoryDuckDB()) as engine:
            follow(engine, life)

    found = prove(check)
    with capsys.disabled():
        print(f"\nTen thousand lives on DuckDB:\n{found}")  # noqa: T201 - a proof shows what it has covered


@pytest.mark.proof
def test_postgres_equals_the_oracle_in_ten_thousand_lives(
    postgres: Emptied, capsys: pytest.CaptureFixture[str]
) -> None:
    found = prove(lambda life: follow(postgres(), life))
    with capsys.disabled():
        print(f"\nTen thousand lives on PostgreSQL:\n{found}")  # noqa: T201 - as above
