"""``_at`` says since when a row holds, and rises with every row that is landed of a key."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.errors import SchemaChanged
from etl_assets.lake.catalogue import Catalogue
from etl_assets_tests.connectors.database.clocks import Clocked
from etl_assets_tests.connectors.database.sources import Shop, landed_rows, landed_types, orders
from etl_assets_tests.connectors.database.test_sqlite import File

NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001 - a source's times have no zone
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
NAME = "shop/staging/orders"


class Till:
    """Orders in a SQLite file, and a clock."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.file = File(folder)

    def write(self, number: int, cursor: datetime, price: int) -> None:
        """Write an order."""
        at = cursor.isoformat(" ", timespec="milliseconds")
        self.file.do("insert or replace into orders values (?, ?, ?)", (number, at, price))

    def extract(self, at: datetime) -> int:
        """Extract when the clock says so."""
        (report,) = extract_tables(Clocked(self.file.path, at), [orders()], self.file.zone).tables
        assert report.failure is None
        return report.landed

    def landed(self) -> list[dict[str, Any]]:
        """Every row that was landed, in order."""
        return landed_rows(self.file.zone, NAME)

    def stamps(self, number: int = 1) -> list[datetime]:
        """Since when each row of an order holds."""
        return [row["_at"] for row in self.landed() if row["id"] == number]


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(tmp_path / "till")


def test_the_first_rows_hold_from_their_cursors_time_on(till: Till) -> None:
    till.write(1, NOON - MINUTE, 1)
    till.extract(NOON)
    assert [(row["_at"], row["_op"]) for row in till.landed()] == [(NOON - MINUTE, "U")]
    types = landed_types(till.file.zone, NAME)
    assert (types["_at"], types["_op"]) == (pa.timestamp("us"), pa.string())


@pytest.mark.parametrize("look", [NOON - 2 * MINUTE, NOON - 3 * MINUTE])
def test_a_change_whose_cursor_stays_or_goes_back_holds_from_when_it_was_seen(till: Till, look: datetime) -> None:
    till.write(1, NOON - 2 * MINUTE, 1)
    till.extract(NOON)
    till.write(1, look, 2)
    till.extract(NOON + MINUTE)
    assert till.stamps() == [NOON - 2 * MINUTE, NOON + MINUTE]


def test_a_cursor_that_is_later_than_what_holds_is_taken(till: Till) -> None:
    for price, cursor in enumerate((NOON - 2 * MINUTE, NOON - MINUTE)):
        till.write(1, cursor, price)
        till.extract(NOON)
    assert till.stamps() == [NOON - 2 * MINUTE, NOON - MINUTE]


def test_a_cursor_behind_the_time_at_which_a_silent_change_was_seen_is_not(till: Till) -> None:
    till.write(1, NOON - 15 * MINUTE, 1)
    till.extract(NOON - 14 * MINUTE)
    till.write(1, NOON - 15 * MINUTE, 2)
    till.extract(NOON)
    till.write(2, NOON, 1)
    till.extract(NOON)
    till.write(1, NOON - 5 * MINUTE, 3)
    till.extract(NOON + 6 * MINUTE)
    assert till.stamps() == [NOON - 15 * MINUTE, NOON, NOON + 6 * MINUTE]


def test_a_change_after_one_of_the_future_holds_from_just_after_it(till: Till) -> None:
    future = datetime(2099, 1, 1)  # noqa: DTZ001 - as above
    for price, cursor in enumerate((future, NOON, NOON + MINUTE)):
        till.write(1, cursor, price)
        till.extract(NOON + MINUTE)
    assert till.stamps() == [future, future + TICK, future + 2 * TICK]


def test_a_change_and_the_way_back_hold_one_after_the_other(till: Till) -> None:
    for minute, price in enumerate((1, 2, 1)):
        till.write(1, NOON, price)
        till.extract(NOON + minute * MINUTE)
    assert till.stamps() == [NOON, NOON + MINUTE, NOON + 2 * MINUTE]


def test_a_clock_that_is_put_back_puts_no_row_back(till: Till) -> None:
    till.write(1, NOON - MINUTE, 1)
    till.extract(NOON)
    till.write(1, NOON - MINUTE, 2)
    till.extract(NOON + 2 * MINUTE)
    for price in (3, 4):
        till.write(1, NOON - MINUTE, price)
        till.extract(NOON - 60 * MINUTE)
    seen = NOON + 2 * MINUTE
    assert till.stamps() == [NOON - MINUTE, seen, seen + TICK, seen + 2 * TICK]


def test_the_last_time_that_there_is_stays_the_last(till: Till) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, 999000)  # noqa: DTZ001 - as above
    for price in range(3):
        till.write(1, last, price)
        till.extract(NOON)
    assert (len(till.stamps()), till.stamps()[1]) == (3, last + TICK)


def test_a_row_that_does_not_fit_holds_from_the_cursors_time_in_its_text_or_from_when_it_was_seen(till: Till) -> None:
    till.file.do("insert into orders values (1, '2024-05-01 11:58:00.000', 'free'), (2, 'never', 1)")
    till.extract(NOON)
    assert [(row["_at"], row["_op"]) for row in till.landed()] == [(NOON - 2 * MINUTE, "U"), (NOON, "U")]
    assert till.extract(NOON + MINUTE) == 0


def test_rows_that_are_taken_anew_with_other_columns_hold_from_then_on(shop: Shop) -> None:
    shop.order(1, "now() - interval '1 minute'")
    shop.extract()
    shop.do("alter table orders alter price type text using price::text")
    with pytest.raises(SchemaChanged):
        shop.extract()
    Catalogue(shop.zone.storage).accept(NAME)
    report = shop.extract()
    first, second = shop.landed()
    assert first["_at"] < second["_at"]
    assert report.landed == 1
    assert second["_at"] > first["_at"] + timedelta(seconds=59)


Turn = tuple[int, int, int, int]
turns = st.lists(
    st.tuples(st.integers(1, 2), st.integers(-4, 3), st.integers(1, 2), st.integers(-3, 3)), min_size=1, max_size=8
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns)
def test_whatever_cursors_and_clock_do_what_was_landed_last_is_how_it_is(
    tmp_path_factory: pytest.TempPathFactory, turns: list[Turn]
) -> None:
    """Order, cursor, price and clock of each turn; the cursors are all within the look-back."""
    till = Till(tmp_path_factory.mktemp("till") / "of_turns")
    held: dict[int, int] = {}
    for number, cursor, price, clock in turns:
        till.write(number, NOON + cursor * MINUTE, price)
        held[number] = price
        till.extract(NOON + clock * MINUTE)
    landed = till.landed()
    assert {row["id"]: int(row["price"]) for row in landed} == held
    for number in held:
        stamps = till.stamps(number)
        assert stamps == sorted(set(stamps))
    assert all(row["_at"] >= row["last_updated"] for row in landed)
