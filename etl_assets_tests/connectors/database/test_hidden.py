"""Transactions that do not say since when they are open, other roles' and prepared ones: none of their rows is lost.

There is no look-back here, so what is found is found by transaction numbers alone.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.schema import Column
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets_tests.connectors.database.sources import LONGER_THAN_A_SECOND, NO_LOOK_BACK, Shop, orders
from etl_assets_tests.reconcile.ledgers import dataset_of
from etl_assets_tests.servers.postgres import Postgres

ORDERS = orders(look_back=NO_LOOK_BACK)
LATE = "insert into orders values (1, now(), 1)"


@contextmanager
def open_in(shop: Shop) -> Generator[psycopg.Connection]:
    """A transaction of another role that has written nothing yet; it is committed in the end."""
    with shop.connect() as connection, connection.transaction():
        yield connection


def test_a_role_that_may_only_read_is_enough_and_it_is_said_what_is_hidden(shop: Shop) -> None:
    reader = shop.reader()
    shop.do("alter role reader set default_transaction_read_only = on")
    shop.order(3, "now()")
    shop.extract(ORDERS, reader)
    with open_in(shop) as late:
        late.execute(LATE)
        shop.do(LONGER_THAN_A_SECOND)
        shop.order(2, "now()")
        (told,) = extract_tables(reader, [ORDERS], shop.zone).notes
    shop.extract(ORDERS, reader)
    assert "hide since when they have a transaction open" in told
    assert shop.ids() == [3, 2, 1]


def test_a_number_after_which_none_was_committed_is_one_that_was_given(shop: Shop) -> None:
    reader = shop.reader()
    shop.order(3, "now()")
    shop.extract(ORDERS, reader)
    with open_in(shop) as late:
        with open_in(shop) as first:
            first.execute("select pg_current_xact_id()")
            late.execute(LATE)
            first.execute(LONGER_THAN_A_SECOND)
            first.execute("insert into orders values (2, clock_timestamp(), 1)")
        shop.extract(ORDERS, reader)
    shop.extract(ORDERS, reader)
    assert shop.ids() == [3, 2, 1]


def test_an_extract_during_which_a_number_was_open_is_not_before_it(shop: Shop) -> None:
    reader = shop.reader()
    shop.order(3, "now()")
    shop.extract(ORDERS, reader)
    shop.order(4, "now()")
    with open_in(shop) as late:
        late.execute(LATE)
        shop.do(LONGER_THAN_A_SECOND)
        shop.extract(ORDERS, reader)
        shop.order(2, "now()")
        shop.extract(ORDERS, reader)
    shop.extract(ORDERS, reader)
    assert shop.ids() == [3, 4, 2, 1]


def test_what_is_open_at_the_first_extract_is_found_however_long_it_is_open(shop: Shop) -> None:
    reader = shop.reader()
    with open_in(shop) as late:
        late.execute(LATE)
        shop.do(LONGER_THAN_A_SECOND)
        shop.order(2, "now()")
        reports = [shop.extract(ORDERS, reader) for _ in range(2)]
    shop.extract(ORDERS, reader)
    assert [(each.watermark, each.since) for each in reports] == [(None, None)] * 2
    assert shop.ids() == [2, 1]


def test_once_nothing_is_open_any_more_a_table_at_rest_is_not_read_in_full_again(shop: Shop) -> None:
    reader = shop.reader()
    shop.order(2, "timestamp '2020-01-01'")
    shop.order(3, "now()")
    with open_in(shop) as late:
        late.execute("create table other ()")
        shop.extract(ORDERS, reader)
    reports = [shop.extract(ORDERS, reader) for _ in range(3)]
    assert [(each.read, each.landed) for each in reports] == [(2, 0), (1, 0), (1, 0)]
    assert [bool(each.load_id) for each in reports] == [True, False, False]
    assert loaded(shop) == 2


def loaded(shop: Shop) -> int:
    """The rows that a warehouse has of the lake's batches."""
    engine = open_engine(f"duckdb:///{shop.folder / 'warehouse.duckdb'}")
    load_dataset(engine, dataset_of((Column("id", "bigint"), Column("price")), name=ORDERS.dataset), shop.zone)
    with engine.reading() as session:
        return session.value("select count(*) from shop_staging.orders")


@pytest.fixture
def two_phased(postgres_template: Postgres, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose server keeps prepared transactions."""
    server = Postgres(
        postgres_template.programs, template=postgres_template, settings={"max_prepared_transactions": "5"}
    ).start()
    yield Shop(server.url(), tmp_path)
    server.close()


@pytest.mark.parametrize("is_first", [True, False])
def test_a_prepared_transaction_hides_its_start_from_everybody_and_its_rows_are_found(
    two_phased: Shop, *, is_first: bool
) -> None:
    shop = two_phased
    if not is_first:
        shop.order(3, "now()")
        shop.extract(ORDERS)
    with shop.connect() as late:
        for statement in ("begin", LATE, "prepare transaction 'late'"):
            late.execute(statement.encode())
    shop.do(LONGER_THAN_A_SECOND)
    shop.order(2, "now()")
    (told,) = extract_tables(PostgresSource(shop.url), [ORDERS], shop.zone).notes
    shop.do("commit prepared 'late'")
    shop.extract(ORDERS)
    assert told.startswith("1 sessions of other roles hide")
    assert shop.ids() == ([2, 1] if is_first else [3, 2, 1])
