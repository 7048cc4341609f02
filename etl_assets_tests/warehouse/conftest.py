"""A warehouse to test with: once on DuckDB, once on PostgreSQL."""

from pathlib import Path

import pytest

from etl_assets.warehouse.engines import Engine, open_engine


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty warehouse; the test runs once on each engine."""
    if request.param == "duckdb":
        return open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    return open_engine(request.getfixturevalue("postgres_url"))
