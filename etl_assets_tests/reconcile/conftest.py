"""Books on each source and each warehouse."""

from pathlib import Path

import pytest

from etl_assets_tests.reconcile.ledgers import Books

SIDES = [(source, warehouse) for source in ("postgres", "sqlite") for warehouse in ("duckdb", "postgres")]


@pytest.fixture(params=SIDES, ids=" into ".join)
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Books:
    """Bookings on one of the sources, for one of the warehouses."""
    source, warehouse = request.param
    urls = {"sqlite": f"sqlite:///{tmp_path}/books.db", "duckdb": f"duckdb:///{tmp_path}/warehouse.duckdb"}
    if "postgres" in request.param:
        urls["postgres"] = request.getfixturevalue("postgres_url")
    return Books(urls[source], urls[warehouse], tmp_path).make()


@pytest.fixture
def ledger(postgres_url: str, tmp_path: Path) -> Books:
    """Bookings in PostgreSQL, for DuckDB."""
    return Books(postgres_url, f"duckdb:///{tmp_path}/warehouse.duckdb", tmp_path).make()
