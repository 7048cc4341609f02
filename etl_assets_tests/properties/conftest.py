"""One PostgreSQL for all lives of a process."""

from collections.abc import Callable, Iterator

import pytest

from etl_assets.warehouse.engines import Engine
from etl_assets_tests.properties.engine import KeptPostgres
from etl_assets_tests.servers.postgres import Postgres


@pytest.fixture(scope="session")
def emptied(postgres_server: Postgres) -> Iterator[Callable[[], Engine]]:
    """Gives a database with nothing in it, the same one every time."""
    postgres_server.execute("create database lives")
    engine = KeptPostgres(postgres_server.url("lives"))

    def empty() -> Engine:
        with engine.writing() as session:
            session.run("drop schema if exists w_staging, w_marts, etl cascade")
        return engine

    yield empty
    engine.close()
