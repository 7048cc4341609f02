"""What PostgreSQL alone can be: set up in a way that would spoil text."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.servers.postgres import Postgres


@pytest.fixture(params=["LATIN1", "SQL_ASCII"])
def narrow_url(request: pytest.FixtureRequest, postgres_server: Postgres) -> Iterator[str]:
    """The address of a database that is not in UTF-8."""
    create = sql.SQL("create database narrow encoding {} lc_collate 'C' lc_ctype 'C' template template0")
    postgres_server.execute(create.format(request.param))
    yield postgres_server.url("narrow")
    postgres_server.execute("drop database narrow with (force)")


def test_a_database_that_cannot_hold_every_text_is_refused(narrow_url: str) -> None:
    for session in (open_engine(narrow_url).reading(), open_engine(narrow_url).writing()):
        with pytest.raises(WarehouseError, match=r"keeps text as (LATIN1|SQL_ASCII)") as refused, session:
            pass
        assert "encoding 'UTF8' template template0" in refused.value.mend


def test_text_is_utf_8_whatever_the_client_is_set_to(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    with open_engine(postgres_url).reading() as session:
        assert session.value("select octet_length(%(text)s)", {"text": "\u1e9e"}) == 3


def test_statements_are_not_compiled_whatever_the_server_does(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as other:
        assert other.execute("show jit").fetchone() == ("on",)
    with open_engine(postgres_url).reading() as session:
        assert session.value("show jit") == "off"


def test_few_rows_are_expected_to_the_end_of_the_transaction(postgres_url: str) -> None:
    engine = open_engine(postgres_url)
    with engine.writing() as session:
        session.expect_few()
        assert session.value("show random_page_cost") == "1.1"
    with engine.reading() as session:
        assert session.value("show random_page_cost") != "1.1"
