"""A standby as the source: it does not say what is open where the rows are written, nor gives it any numbers."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets_tests.connectors.database.sources import NO_LOOK_BACK, Shop, orders
from etl_assets_tests.servers.postgres import Postgres

_PATIENCE_SECONDS = 30


class Standby:
    """The shop that is written to, and the standby that is read."""

    def __init__(self, shop: Shop, server: Postgres) -> None:
        self.shop = shop
        self.source = PostgresSource(server.url())
        self._server = server

    def catch_up(self) -> None:
        """Wait until all that was written is there."""
        with self.shop.connect() as written, psycopg.connect(self._server.url(), autocommit=True) as read:
            (until,) = written.execute("select pg_current_wal_insert_lsn()::text").fetchall()[0]
            for _ in range(_PATIENCE_SECONDS * 100):
                if read.execute("select pg_last_wal_replay_lsn() >= %s::pg_lsn", [until]).fetchall()[0][0]:
                    return
                time.sleep(0.01)
        message = f"The standby has not come to {until}."
        raise TimeoutError(message)

    def pause(self) -> None:
        """Let it fall behind."""
        self._server.execute("select pg_wal_replay_pause()")

    def resume(self) -> None:
        """Let it go on."""
        self._server.execute("select pg_wal_replay_resume()")
        self.catch_up()


@pytest.fixture
def standby(own_postgres: Postgres, tmp_path: Path) -> Iterator[Standby]:
    shop = Shop(own_postgres.url(), tmp_path)
    server = Postgres(own_postgres.programs, template=own_postgres, follows=own_postgres).start()
    yield Standby(shop, server)
    server.close()


def test_it_is_read_it_says_what_it_is_and_the_look_back_covers_what_is_open(standby: Standby) -> None:
    shop = standby.shop
    with shop.connect() as late, late.transaction():
        late.execute("insert into orders values (1, now(), 1)")
        shop.do("select pg_sleep(1.01)")
        shop.order(2, "now()")
        standby.catch_up()
        report = extract_tables(standby.source, [orders()], shop.zone)
    standby.catch_up()
    again = shop.extract(source=standby.source)
    assert report.notes[0].startswith("It is a standby")
    assert again.since is not None
    assert shop.ids() == [2, 1]


def test_a_row_of_the_future_does_not_hide_what_a_standby_that_is_behind_has_not_got_yet(standby: Standby) -> None:
    shop, table = standby.shop, orders(look_back=NO_LOOK_BACK)
    shop.order(2, "now() + interval '2 seconds'")
    standby.catch_up()
    standby.pause()
    shop.order(1, "now()")
    shop.do("select pg_sleep(3.01)")
    first = shop.extract(table, standby.source)
    standby.resume()
    shop.extract(table, standby.source)
    assert shop.ids() == [2, 1]
    assert first.watermark is not None
    assert first.watermark < shop.landed()[0]["last_updated"] - timedelta(seconds=1)
