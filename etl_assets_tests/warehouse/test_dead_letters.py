"""Deliveries that are given up, written down beside the data."""

from datetime import datetime
from urllib.parse import urlsplit

import pytest
from psycopg import sql

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.dead_letters import DeadLetter, dead_letters, forget, keep
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.standing import standing
from etl_assets_tests.servers.postgres import Postgres

GIVEN_UP_AT = datetime.fromisoformat("2026-03-01")
BAD = DeadLetter(
    dataset="w/staging/people", path="bad.csv", version="1", attempts=3, reason="too bad", given_up_at=GIVEN_UP_AT
)


def kept(engine: Engine) -> tuple[DeadLetter, ...]:
    with engine.reading() as session:
        return dead_letters(session, "w")


def test_one_that_is_kept_twice_is_there_once_until_it_is_forgotten(engine: Engine) -> None:
    keep(engine, [BAD])
    keep(engine, [BAD])
    assert kept(engine) == standing(engine, "w", []).dead == (BAD,)
    forget(engine, [BAD])
    assert kept(engine) == ()


def test_one_whose_message_cannot_be_sent_is_not_kept(engine: Engine) -> None:
    def no_way() -> None:
        message = "no way to people"
        raise OSError(message)

    keep(engine, [])
    with pytest.raises(OSError, match="no way to people"):
        keep(engine, [BAD], before=no_way)
    assert kept(engine) == ()


def test_nobody_is_told_of_one_that_cannot_be_kept(postgres_server: Postgres, postgres_url: str) -> None:
    engine, told = open_engine(postgres_url), list[str]()
    keep(engine, [])
    database = sql.Identifier(urlsplit(postgres_url).path.strip("/"))
    postgres_server.execute(sql.SQL("alter database {} set default_transaction_read_only = on").format(database))
    with pytest.raises(WarehouseError):
        keep(engine, [BAD], before=lambda: told.append("it"))
    assert told == []


def test_ledgers_of_before_failures_were_kept_say_that_nothing_failed(engine: Engine) -> None:
    keep(engine, [BAD])
    with engine.writing() as session:
        session.run("drop table etl.failures")
    assert standing(engine, "w", []).failures == {}
