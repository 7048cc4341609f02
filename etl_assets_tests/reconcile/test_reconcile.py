"""What no extract finds is found, named and repaired; what is equal is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.reconcile import Difference
from etl_assets.schema import Column
from etl_assets_tests.reconcile.ledgers import BOOKINGS, COLUMNS, LONG_AGO, TABLE, Books, dataset_of

NOW = "2024-06-01 10:00:00.000"
ROWS = 30_000
OLDER = "2023-12-31 23:00:00.000"


def fill(books: Books, rows: int) -> None:
    """So many old bookings, and one of now, so that no extract reads the old ones again."""
    books.put("bookings", _bookings(1, rows))
    books.put("bookings", [(0, NOW, "0.00", "the newest", None)])
    assert not books.compare().different


def _bookings(first: int, last: int, cursor: str = LONG_AGO) -> Iterator[tuple[object, ...]]:
    for n in range(first, last + 1):
        yield n, cursor, f"{n}.50", f"no. {n}", "2024-02-01"


def test_ten_thousand_of_ten_thousand_are_found_and_repaired(books: Books) -> None:
    fill(books, ROWS)
    books.do(
        "update bookings set amount = amount + 1 where id % 15 = 1",
        "update bookings set note = null where id % 15 = 2",
        "delete from bookings where id % 10 = 5",
    )
    books.put("bookings", _bookings(100_001, 103_000, OLDER))
    found = books.compare(repair=True, most=20_000)
    ids = range(1, ROWS + 1)
    expected = {
        "changed": {n for n in ids if n % 15 in {1, 2} and n % 10 != 5},
        "gone": {n for n in ids if n % 10 == 5},
        "missing": set(range(100_001, 103_001)),
    }
    assert {kind: {d.key["id"] for d in found.differences if d.kind == kind} for kind in expected} == expected
    assert (found.different, found.repaired, len(found.differences)) == (10_000, 10_000, 10_000)
    assert (found.source_rows, found.warehouse_rows) == (ROWS + 1, ROWS + 1)
    again = books.compare()
    assert (again.different, again.ranges_different, again.rows_looked_at) == (0, 0, 0)
    assert again.source_rows == again.warehouse_rows == ROWS + 1


def test_a_change_is_told_with_both_values(books: Books) -> None:
    fill(books, 10)
    books.do("update bookings set amount = 9.99, due_on = null where id = 3")
    (found,) = books.compare().differences
    expected: dict[str, tuple[object, object]] = {"amount": (Decimal("9.99"), Decimal("3.50"))}
    expected["due_on"] = (None, date(2024, 2, 1))
    assert found == Difference(kind="changed", key={"id": 3}, columns=expected)


def test_what_differs_without_repair_differs_again(books: Books) -> None:
    fill(books, 10)
    books.do("delete from bookings where id = 3")
    assert [books.compare().gone for _ in range(2)] == [1, 1]
    assert [books.compare(repair=True).repaired for _ in range(2)] == [1, 0]


def test_a_row_that_is_gone_and_comes_back_as_it_was_is_there_again(books: Books) -> None:
    fill(books, 10)
    books.do("delete from bookings where id = 3")
    books.compare(repair=True)
    books.put("bookings", _bookings(3, 3))
    found = books.compare(repair=True)
    assert (found.missing, found.repaired, books.compare().different) == (1, 1, 0)


def test_what_was_lost_in_the_warehouse_itself_is_brought_back(books: Books) -> None:
    fill(books, 10)
    books.tamper("delete from shop_staging.bookings_events where id = 3")
    books.tamper("update shop_staging.bookings_events set note = 'forged' where id = 4")
    found = books.compare(repair=True)
    assert (found.missing, found.changed, found.repaired) == (1, 1, 2)
    assert books.compare().different == 0


def test_few_of_those_that_differ_are_told_and_all_are_counted(books: Books) -> None:
    fill(books, 100)
    books.do("update bookings set amount = 0 where id > 0")
    found = books.compare(most=3)
    assert (found.changed, len(found.differences)) == (100, 3)


def test_a_row_that_does_not_fit_is_told_apart_and_not_repaired(books: Books) -> None:
    fill(books, 100)
    books.do("update bookings set due_on = 'someday' where id = 3")
    books.put("bookings", [(200, OLDER, "1.00", "new", "whenever")])
    for _ in range(2):
        found = books.compare(repair=True)
        assert (found.quarantined, found.different, found.repaired, found.is_sound) == (2, 0, 0, False)


def test_few_differences_are_looked_for_in_few_rows(books: Books) -> None:
    fill(books, 20_000)
    books.do("update bookings set amount = 0 where id in (17, 9000, 19999)")
    found = books.compare()
    assert (found.changed, found.ranges_different) == (3, 3)
    assert found.rows_looked_at <= 3 * 64


@pytest.mark.parametrize("keys", ["composite", "text", "sparse"])
def test_keys_of_any_kind_are_compared(books: Books, keys: str) -> None:
    kind = {"composite": "bigint", "text": "text", "sparse": "bigint"}[keys]
    key = ("id", "part") if keys == "composite" else ("id",)
    books.do(
        f"create table places (id {kind} not null, part int not null, last_updated timestamp(3) not null, note text,"
        f" primary key ({', '.join(key)}))"
    )
    ids = {
        "composite": [n // 3 for n in range(1000)],
        "text": [f"ключ {n} '|" for n in range(1000)],
        "sparse": [*range(-400, 400), *(2**62 + n for n in range(100)), *(-(2**62) + 7 * n for n in range(100))],
    }[keys]
    parts = [(each, n % 3, LONG_AGO, f"n{n}") for n, each in enumerate(ids)]
    books.put("places", [*parts, ("-9" if keys == "text" else -999, 0, NOW, "the newest")])
    columns = (
        Column("id", "text" if keys == "text" else "bigint", nullable=False),
        Column("part", "integer", nullable=False),
        Column("last_updated", "timestamp", nullable=False),
        Column("note"),
    )
    dataset = dataset_of(columns, key, "shop/staging/places")
    table = replace(TABLE, dataset=dataset.name, name="places")
    assert books.compare(dataset, table).ranges_different == 0
    books.do("update places set note = 'other' where note in ('n7', 'n500', 'n999')")
    books.do("delete from places where note = 'n333'")
    found = books.compare(dataset, table, repair=True)
    assert (found.changed, found.gone, found.repaired, found.missing) == (3, 1, 4, 0)
    assert books.compare(dataset, table).ranges_different == 0


def test_an_empty_table_is_compared(books: Books) -> None:
    found = books.compare()
    assert (found.source_rows, found.warehouse_rows, found.different) == (0, 0, 0)
    books.put("bookings", _bookings(1, 3))
    assert books.compare().source_rows == 3
    books.do("delete from bookings")
    assert (books.compare(repair=True).gone, books.compare().warehouse_rows) == (3, 0)


def test_a_table_whose_key_is_not_the_datasets_is_refused_by_name(ledger: Books) -> None:
    ledger.do("create table loose (id int not null, last_updated timestamp not null)")
    columns = (Column("id", "bigint", nullable=False), Column("last_updated", "timestamp", nullable=False))
    dataset = dataset_of(columns, name="shop/staging/loose")
    with pytest.raises(DeclarationError, match="shop/staging/loose cannot be compared: its key is id, the source's is"):
        ledger.compare(dataset, replace(TABLE, dataset=dataset.name, name="loose"))


def test_a_table_that_cannot_be_compared_does_not_stop_the_others(ledger: Books) -> None:
    fill(ledger, 3)
    lost = dataset_of(COLUMNS, name="shop/staging/lost")
    report = ledger.report([(lost, replace(TABLE, dataset=lost.name, name="lost")), (BOOKINGS, TABLE)])
    assert [str(each.failure)[:30] for each in report.tables] == ["The source has no table public", "None"]
    assert not report.is_sound
    assert report.tables[1].is_sound


def test_a_repair_holds_from_when_it_was_seen(ledger: Books) -> None:
    fill(ledger, 3)
    ledger.do("update bookings set amount = 0 where id = 1", "delete from bookings where id = 2")
    seen = ledger.report([(BOOKINGS, TABLE)], repair=True).taken_at
    with ledger.engine.reading() as session:
        columns = "id, amount, changed_at, operation"
        rows = session.rows(f"select {columns} from shop_staging.bookings_events where id in (1, 2) order by 1, 3")
    then = datetime.fromisoformat(LONG_AGO)
    assert rows == [
        (1, Decimal("1.50"), then, "U"),
        (1, Decimal("0.00"), seen, "U"),
        (2, Decimal("2.50"), then, "U"),
        (2, None, seen, "D"),
    ]
