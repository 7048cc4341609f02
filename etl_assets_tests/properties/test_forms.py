"""Each form in which facts find their versions equals the oracle, in whatever order and cut files arrive."""

from collections.abc import Callable
from contextlib import closing

import pytest
from hypothesis import given, settings

from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import KeptPostgres, MemoryDuckDB
from etl_assets_tests.properties.follow import follow
from etl_assets_tests.properties.lives import Life, lives
from etl_assets_tests.properties.proof import SLOW
from etl_assets_tests.warehouse.forms import ON_DUCKDB, ON_POSTGRES, forced

few = settings(max_examples=15, deadline=None, suppress_health_check=SLOW)


@pytest.mark.parametrize("form", ON_DUCKDB, ids=lambda form: form.__name__)
@few
@given(life=lives())
def test_duckdb_equals_the_oracle_by_each_form(form: type[Dialect], life: Life) -> None:
    with closing(forced(MemoryDuckDB, form)()) as engine:
        follow(engine, life)


@pytest.mark.parametrize("form", ON_POSTGRES, ids=lambda form: form.__name__)
def test_postgres_equals_the_oracle_by_each_form(emptied: Callable[[], Engine], form: type[Dialect]) -> None:
    with closing(forced(KeptPostgres, form)(emptied().url)) as engine:

        @few
        @given(life=lives())
        def each(life: Life) -> None:
            emptied()
            follow(engine, life)

        each()
