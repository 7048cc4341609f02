"""A source that falls silent while it is compared is left; one that is at work is waited for."""

from collections.abc import Callable
from dataclasses import replace
from unittest.mock import ANY

import pytest
from psycopg.conninfo import conninfo_to_dict

from etl_assets.connectors.database.digest import Digest
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.source import Reader
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.errors import SourceStalled
from etl_assets.reconcile.plan import planned
from etl_assets_tests.reconcile.ledgers import BOOKINGS, TABLE, Books
from etl_assets_tests.servers.proxy import Proxy

Question = Callable[[Reader, SourceTable, Digest], object]
QUESTIONS: tuple[Question, ...] = (
    lambda reader, table, digest: reader.bounds(table, digest),
    lambda reader, table, digest: [*reader.checksums(table, digest, 4)],
)
SLOW = "create view slow as select bookings.* from bookings, (select pg_sleep(1)) as slept"


@pytest.mark.parametrize("connections", [1, 3])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_source_that_falls_silent_is_left_after_the_time_of_a_statement(
    ledger: Books, question: Question, connections: int
) -> None:
    port = int(str(conninfo_to_dict(ledger.url)["port"]))
    with Proxy(port) as proxy:
        url = ledger.url.replace(f":{port}/", f":{proxy.port}/")
        source = PostgresSource(url, statement_seconds=1, stall_seconds=0.5, connections=connections)
        with pytest.raises(SourceStalled, match=r"said nothing for 1\.5 seconds"):
            _ask_in_silence(question, source, proxy)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_source_that_works_longer_than_it_may_be_silent_else_is_waited_for(ledger: Books, question: Question) -> None:
    ledger.do(SLOW, "insert into bookings values (1, now(), 1)")
    with PostgresSource(ledger.url, stall_seconds=0.4).snapshot() as snapshot, snapshot.reader() as reader:
        digest = planned(BOOKINGS, TABLE, reader.shape(TABLE)).digest
        assert question(reader, replace(TABLE, name="slow"), digest) in ((1, 1, 1), [(0, 1, ANY)])


def _ask_in_silence(question: Question, source: PostgresSource, proxy: Proxy) -> None:
    with source.snapshot() as snapshot, snapshot.reader() as reader:
        digest = planned(BOOKINGS, TABLE, reader.shape(TABLE)).digest
        proxy.hush()
        question(reader, TABLE, digest)
