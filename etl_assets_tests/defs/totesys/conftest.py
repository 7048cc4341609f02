"""A totesys warehouse of one's own, on each engine."""

from pathlib import Path

import pytest

from etl_assets_tests.defs.totesys.told import Told


@pytest.fixture(params=["duckdb", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty warehouse; the test runs once on each engine."""
    if request.param == "duckdb":
        return f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
def told(url: str, tmp_path: Path) -> Told:
    """A warehouse that is told what to believe."""
    return Told(tmp_path, url)


@pytest.fixture
def on_duckdb(tmp_path: Path) -> Told:
    """The same on DuckDB, where the engine plays no part."""
    return Told(tmp_path, f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
