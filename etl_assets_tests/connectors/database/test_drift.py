"""A table that looks other than before: what is more evolves, what is less or other stops that table alone, by name."""

import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.look import looked_at
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.errors import SchemaChanged, SourceError
from etl_assets.lake.catalogue import Catalogue, State
from etl_assets_tests.connectors.database.sources import Shop, orders

NAME = "shop/staging/orders"


def states(shop: Shop) -> tuple[State, ...]:
    """What the catalogue has seen."""
    return Catalogue(shop.zone.storage).states(NAME)


def test_an_added_column_evolves_and_its_values_in_old_rows_are_taken(shop: Shop) -> None:
    shop.order(1, "timestamp '2020-01-01'")
    shop.order(2, "now()")
    shop.extract()
    shop.do("alter table orders add note text default 'old'")
    assert (shop.extract().landed, shop.extract().landed) == (2, 0)
    assert [row.get("note") for row in shop.landed()] == [None, None, "old", "old"]
    assert [state.reason for state in states(shop)] == ["first seen", "note (text) is new"]


def test_an_added_column_without_values_lands_nothing_and_is_read_for_once(shop: Shop) -> None:
    shop.order(1, "timestamp '2020-01-01'")
    shop.order(2, "now()")
    shop.extract()
    shop.do("alter table orders add note text")
    first, second = shop.extract(), shop.extract()
    assert [(each.read, each.landed) for each in (first, second)] == [(2, 0), (1, 0)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("drop column price", "price is gone"),
        ("rename column price to cost", r"price is gone; cost \(numeric\(10,2\)\) is new"),
        ("alter price type text using price::text", r"price was numeric\(10,2\) and is text"),
        ("alter price type numeric(12, 4)", r"price was numeric\(10,2\) and is numeric\(12,4\)"),
        ("drop constraint orders_pkey", "the key was id and is none"),
    ],
)
def test_a_column_that_is_gone_or_other_stops_the_table_by_name(shop: Shop, change: str, said: str) -> None:
    shop.order(1, "now()")
    shop.extract()
    shop.do(f"alter table orders {change}")
    for _ in range(2):
        with pytest.raises(SchemaChanged, match=f"orders has changed in the source: {said}"):
            shop.extract()
    assert [state.verdict for state in states(shop)] == ["accepted", "refused"]


def test_a_column_may_be_called_as_parquet_files_are_by_duckdb(shop: Shop) -> None:
    shop.do("alter table orders add filename text default 'a.png'", "alter table orders add file_row_number int")
    for price in ("1.00", "2.00"):
        shop.order(1, "now()", price)
        assert (shop.extract().landed, shop.extract().landed) == (1, 0)
    assert [(str(row["price"]), row["filename"]) for row in shop.landed()] == [("1.00", "a.png"), ("2.00", "a.png")]


@pytest.mark.parametrize("name", ["_at", "_op", "_raw", "_problem", "_file", "_row", "_line", "_Part", "_PLACE"])
def test_a_column_with_a_name_of_the_lakes_own_is_refused_by_name(shop: Shop, name: str) -> None:
    shop.do(f'alter table orders add "{name}" text')
    with pytest.raises(SourceError, match=f"orders has columns with names of the lake's own: {name.lower()}"):
        shop.extract()
    with pytest.raises(SourceError, match=f"names of the lake's own: {name.lower()}"):
        looked_at(shop.source, [orders()])


def test_columns_that_differ_in_capitals_alone_are_refused_by_name(shop: Shop) -> None:
    shop.do('alter table orders add "Price" text')
    with pytest.raises(SourceError, match="orders has columns that differ in capitals alone: price"):
        shop.extract()


def test_the_other_tables_go_on(shop: Shop) -> None:
    shop.do("create table other (id int primary key, last_updated timestamp not null)")
    tables = [orders(), SourceTable(dataset="shop/staging/other", name="other")]
    extract_tables(shop.source, tables, shop.zone)
    shop.do("alter table orders drop column price", "insert into other values (1, now())")
    report = extract_tables(shop.source, tables, shop.zone)
    assert [table.dataset for table in report.failures] == [NAME]
    assert report.tables[1].landed == 1


def test_a_table_that_is_as_it_was_goes_on(shop: Shop) -> None:
    shop.extract()
    shop.do("alter table orders rename price to cost")
    with pytest.raises(SchemaChanged):
        shop.extract()
    shop.do("alter table orders rename cost to price")
    shop.order(1, "now()")
    assert shop.extract().landed == 1


def test_what_a_person_accepts_is_read_again_as_a_whole(shop: Shop) -> None:
    shop.order(1, "now()")
    shop.extract()
    shop.do("alter table orders alter price type text using price::text")
    with pytest.raises(SchemaChanged):
        shop.extract()
    Catalogue(shop.zone.storage).accept(NAME)
    assert (shop.extract().landed, shop.extract().landed) == (1, 0)
    assert [str(row["price"]) for row in shop.landed()] == ["1.00", "1.00"]
    assert [state.verdict for state in states(shop)] == ["accepted", "refused", "accepted"]


def test_nothing_can_be_accepted_that_was_not_refused(shop: Shop) -> None:
    shop.extract()
    with pytest.raises(SourceError, match="has no refused state"):
        Catalogue(shop.zone.storage).accept(NAME)


def test_a_longer_text_and_another_nullability_are_noted_and_evolve(shop: Shop) -> None:
    shop.do("alter table orders add code varchar(5) not null default 'a'")
    shop.order(1, "now()")
    shop.extract()
    shop.do("alter table orders alter code type varchar(9), alter code drop not null")
    assert shop.extract().landed == 0
    assert states(shop)[-1].reason == "code was character varying(5) not null and is character varying(9)"


@pytest.mark.parametrize(
    ("cursor", "said"),
    [
        ("price", "orders.price, its cursor, is numeric"),
        ("changed", "orders.changed, its cursor, can be NULL"),
        ("lost", "orders has no column lost"),
    ],
)
def test_a_column_that_cannot_be_a_cursor_is_refused_by_name(shop: Shop, cursor: str, said: str) -> None:
    shop.do("alter table orders add changed timestamp")
    with pytest.raises(SourceError, match=said):
        shop.extract(orders(cursor=cursor))


def test_a_table_that_is_not_there_is_named(shop: Shop) -> None:
    with pytest.raises(SourceError, match=r"no table public\.lost"):
        shop.extract(SourceTable(dataset="shop/staging/lost", name="lost"))
