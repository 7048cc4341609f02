"""Empty databases to measure on: DuckDB files, and databases of a private PostgreSQL."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from etl_assets_tests.servers.binaries import find_postgres
from etl_assets_tests.servers.postgres import Postgres

ENGINES: Final = ("duckdb", "postgres")
NewDatabase = Callable[[], str]


@contextmanager
def databases(engine: str, folder: Path) -> Generator[NewDatabase]:
    """What makes an empty database at each call: a file's path, or a URL of a private server."""
    numbers = count(1)
    if engine == "duckdb":
        yield lambda: str(folder / f"kit_{next(numbers)}.duckdb")
        return
    if (programs := find_postgres()) is None:
        message = "No PostgreSQL: install Debian's postgresql, or the development packages of requirements.lock."
        raise SystemExit(message)
    server = Postgres(programs).start()

    def new_database() -> str:
        name = f"kit_{next(numbers)}"
        server.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return server.url(name).replace("postgres@", "postgres:trusted@")

    try:
        yield new_database
    finally:
        server.close()


def end_sessions(database: str) -> None:
    """End what still runs in a database whose client is gone."""
    if database.startswith("postgresql:"):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )


def url_of(engine: str, database: str) -> str:
    """The address of a database as this project's engines take it."""
    return f"duckdb:///{database}" if engine == "duckdb" else database
