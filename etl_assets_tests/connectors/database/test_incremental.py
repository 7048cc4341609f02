"""Nothing is lost between two extracts, whoever commits when, and nothing is landed twice."""

from datetime import timedelta

import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.errors import SourceError
from etl_assets_tests.connectors.database.sources import LONGER_THAN_A_SECOND, NO_LOOK_BACK, Shop, orders

LONG_AGO = "now() - interval '3 hours'"


def test_what_did_not_change_is_not_landed_again(shop: Shop) -> None:
    shop.order(1, "now()")
    assert shop.extract().landed == 1
    again = shop.extract()
    assert (again.read, again.landed, again.load_id) == (1, 0, "")
    shop.order(2, "now()")
    assert (shop.extract().landed, shop.ids()) == (1, [1, 2])


def test_a_change_and_the_way_back_are_both_landed(shop: Shop) -> None:
    for price in ("1.00", "2.00", "1.00"):
        shop.order(1, "timestamp '2024-01-01'", price)
        shop.extract()
    assert [str(row["price"]) for row in shop.landed()] == ["1.00", "2.00", "1.00"]


@pytest.mark.parametrize("look_back", [NO_LOOK_BACK, timedelta(minutes=10)])
def test_a_transaction_that_began_before_and_commits_after_is_found(shop: Shop, look_back: timedelta) -> None:
    _straddle(shop, orders(look_back=look_back))
    assert shop.ids() == [2, 1]


def test_without_horizon_and_look_back_the_same_transaction_is_missed(shop: Shop) -> None:
    _straddle(shop, orders(look_back=NO_LOOK_BACK, heeds_open=False))
    assert shop.ids() == [2]


def test_the_watermark_waits_for_a_transaction_that_wrote_nothing_yet(shop: Shop) -> None:
    with shop.connect() as late, late.transaction():
        late.execute("select now()")
        shop.do(LONGER_THAN_A_SECOND)
        shop.order(2, "now()")
        shop.extract(orders(look_back=NO_LOOK_BACK))
        late.execute("insert into orders values (1, now(), 1)")
    shop.extract(orders(look_back=NO_LOOK_BACK))
    assert shop.ids() == [2, 1]


def test_nothing_can_be_written_through_the_source(shop: Shop) -> None:
    with (
        pytest.raises(SourceError, match="in a read-only transaction"),
        PostgresSource(shop.url).snapshot() as snapshot,
    ):
        vars(snapshot)["_session"].connection.execute("delete from public.orders")


def test_a_writer_whose_clock_is_behind_is_found(shop: Shop) -> None:
    for number in range(1, 4):
        shop.order(number, f"{LONG_AGO} + {number} * interval '1 second'")
        shop.extract()
    assert shop.ids() == [1, 2, 3]


def test_a_row_of_the_future_moves_no_watermark_and_is_landed_once(shop: Shop) -> None:
    shop.order(1, "timestamp '2099-01-01'")
    shop.order(2, LONG_AGO)
    first = shop.extract()
    shop.order(3, LONG_AGO)
    second = shop.extract()
    shop.order(4, "now()")
    third, fourth = shop.extract(), shop.extract()
    assert first.watermark is not None
    assert first.watermark.year < 2099
    assert [each.landed for each in (second, third, fourth)] == [1, 1, 0]
    assert sorted(shop.ids()) == [1, 2, 3, 4]


def test_when_the_clock_of_the_source_was_put_back_everything_is_read_again(shop: Shop) -> None:
    shop.order(1, "now()")
    shop.extract()
    _put_clock_forward(shop)
    shop.order(2, LONG_AGO)
    report = shop.extract()
    assert (report.since, report.read, report.landed) == (None, 2, 1)


def test_all_tables_of_an_extract_are_of_one_snapshot(shop: Shop) -> None:
    shop.do(*(f"create table t{n} (id int primary key, last_updated timestamp not null)" for n in range(4)))
    tables = [SourceTable(dataset=f"shop/staging/t{n}", name=f"t{n}") for n in range(4)]
    with PostgresSource(shop.url, connections=3).snapshot() as snapshot:
        shop.do(*(f"insert into t{n} values (1, now())" for n in range(4)))
        for table in tables:
            with snapshot.reader() as reader:
                assert reader.highest(table, snapshot.moment.at + timedelta(days=1)) is None
    report = extract_tables(PostgresSource(shop.url, connections=3), tables, shop.zone)
    assert [each.landed for each in report.tables] == [1, 1, 1, 1]


@pytest.mark.parametrize("connections", [1, 3])
def test_a_table_that_fails_does_not_stop_the_others(shop: Shop, connections: int) -> None:
    shop.order(1, "now()")
    shop.do("create table gone (id int primary key, last_updated timestamp not null)")
    tables = [SourceTable(dataset="shop/staging/gone", name="gone"), orders()]
    reader = shop.reader(connections=connections)
    shop.do("revoke select on gone from reader")
    report = extract_tables(reader, tables, shop.zone)
    assert [table.dataset for table in report.failures] == ["shop/staging/gone"]
    assert "permission denied" in str(report.failures[0].failure)
    assert report.tables[1].landed == 1


def _straddle(shop: Shop, table: SourceTable) -> None:
    """Order 1 is written before order 2 and committed after it was extracted."""
    with shop.connect() as late, late.transaction():
        late.execute("insert into orders values (1, now(), 1)")
        shop.order(2, "now() + interval '1 second'")
        shop.do(LONGER_THAN_A_SECOND)
        shop.extract(table)
    shop.extract(table)


def _put_clock_forward(shop: Shop) -> None:
    """As if the last extract had been in an hour: its manifest says so."""
    (manifest,) = shop.zone.storage.list("shop/orders/manifests")
    file = shop.zone.storage.local_path(manifest)
    text = file.read_text(encoding="utf-8")
    at = text.partition('"taken_at": "')[2].partition('"')[0]
    file.write_text(text.replace(f'"taken_at": "{at}"', f'"taken_at": "2098{at[4:]}"'), encoding="utf-8")
