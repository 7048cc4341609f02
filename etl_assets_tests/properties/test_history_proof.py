"""Ten thousand lives on each engine: ``make proof``."""

from collections.abc import Callable
from contextlib import closing

import pytest

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import MemoryDuckDB
from etl_assets_tests.properties.follow import follow
from etl_assets_tests.properties.lives import Life
from etl_assets_tests.properties.proof import PROPERTY, SEEDS, prove

Record = Callable[[str, str], None]


@pytest.mark.proof
@pytest.mark.parametrize("shard", SEEDS)
def test_duckdb_equals_the_oracle(shard: int, record_property: Record) -> None:
    def check(life: Life) -> None:
        with closing(MemoryDuckDB()) as engine:
            follow(engine, life)

    record_property(PROPERTY, prove("DuckDB", shard, check))


@pytest.mark.proof
@pytest.mark.parametrize("shard", SEEDS)
def test_postgres_equals_the_oracle(shard: int, emptied: Callable[[], Engine], record_property: Record) -> None:
    record_property(PROPERTY, prove("PostgreSQL", shard, lambda life: follow(emptied(), life)))
