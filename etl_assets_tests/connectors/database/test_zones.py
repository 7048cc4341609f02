"""Cursors that hold a local time: nothing is lost or doubled, wherever the server's clock is and when it is changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.look import looked_at
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.connectors.database.zones import Clock
from etl_assets.errors import DeclarationError, SourceError
from etl_assets_tests.connectors.database.clocks import Clocked
from etl_assets_tests.connectors.database.sources import LONGER_THAN_A_SECOND, NO_LOOK_BACK, Shop, landed_rows, orders
from etl_assets_tests.connectors.database.test_sqlite import File

WEST, EAST = "America/New_York", "Asia/Tokyo"
MINUTE = timedelta(minutes=1)
TURNED_BACK = datetime(2024, 11, 3, 6)  # noqa: DTZ001 - UTC; New York's clock shows 01:00 once more
TURNED_FORWARD = datetime(2024, 3, 10, 7)  # noqa: DTZ001 - UTC; it shows 03:00 after 01:59


def moved_to(shop: Shop, zone: str) -> Shop:
    """The shop's server is somewhere: so is the clock of whoever connects from now on."""
    name = conninfo_to_dict(shop.url)["dbname"]
    shop.do(f"alter database {name} set timezone = '{zone}'")
    return shop


def straddled(shop: Shop, table: SourceTable) -> list[int]:
    """Order 1 is written before order 2 and committed after it was extracted."""
    with shop.connect() as late, late.transaction():
        late.execute("insert into orders values (1, now(), 1)")
        shop.do(LONGER_THAN_A_SECOND)
        shop.order(2, "now()")
        shop.extract(table)
    shop.extract(table)
    return shop.ids()


@pytest.mark.parametrize("zone", [WEST, EAST])
def test_the_oldest_open_transaction_counts_by_the_clock_of_the_cursor(shop: Shop, zone: str) -> None:
    assert straddled(moved_to(shop, zone), orders(look_back=NO_LOOK_BACK, zone=zone)) == [2, 1]


def test_where_the_zone_is_not_declared_rows_are_lost_west_of_greenwich(shop: Shop) -> None:
    assert straddled(moved_to(shop, WEST), orders(look_back=NO_LOOK_BACK)) == [2]


@pytest.mark.parametrize("zone", [WEST, EAST])
def test_the_cursor_stays_as_it_is_and_the_row_holds_from_its_time_in_utc_on(shop: Shop, zone: str) -> None:
    moved_to(shop, zone).order(1, "now()")
    (report,) = extract_tables(shop.source, [orders(zone=zone)], shop.zone).tables
    (row,) = shop.landed()
    assert row["last_updated"].replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None) == row["_at"]
    assert abs(datetime.now(UTC).replace(tzinfo=None) - row["_at"]) < MINUTE
    assert report.watermark is not None
    assert timedelta(0) <= row["_at"] - report.watermark < 2 * timedelta(seconds=1)
    assert shop.extract(orders(zone=zone)).landed == 0


@pytest.mark.parametrize("look_back", [NO_LOOK_BACK, 10 * MINUTE])
def test_a_cursor_with_a_zone_needs_none_declared(shop: Shop, look_back: timedelta) -> None:
    shop.do("alter table orders alter last_updated type timestamptz")
    assert straddled(moved_to(shop, EAST), orders(look_back=look_back)) == [2, 1]
    first, second = shop.landed()
    assert abs(datetime.now(UTC).replace(tzinfo=None) - first["_at"]) < MINUTE
    assert (first["_at"], second["_at"]) == (first["last_updated"], second["last_updated"])
    assert shop.extract(orders(look_back=look_back)).landed == 0


def test_a_zone_that_is_declared_of_a_cursor_with_its_own_is_refused(shop: Shop) -> None:
    shop.do("alter table orders alter last_updated type timestamptz")
    with pytest.raises(SourceError, match="has a zone of its own, and Asia/Tokyo is declared"):
        shop.extract(orders(zone=EAST))


@pytest.mark.parametrize("zone", ["New York", "Mars/Olympus", "", "../etc/passwd"])
def test_a_zone_that_there_is_not_is_refused_when_it_is_declared(zone: str) -> None:
    with pytest.raises(DeclarationError, match="has the unknown zone"):
        orders(zone=zone)


@pytest.mark.parametrize("turned", [TURNED_BACK, TURNED_FORWARD])
def test_nothing_is_lost_or_doubled_when_the_clock_is_turned(tmp_path: Path, turned: datetime) -> None:
    """Every ten minutes an order is written and extracted, from two hours before to two hours after."""
    file, clock = File(tmp_path), Clock(WEST)
    table = orders(look_back=NO_LOOK_BACK, zone=WEST)
    minutes = range(-120, 121, 10)
    for minute in minutes:
        at = turned + minute * MINUTE
        file.do(f"insert into orders values ({minute}, '{clock.shown(at)}', 1)")
        (report,) = extract_tables(Clocked(file.path, at + MINUTE), [table], file.zone).tables
        assert report.failure is None
    assert [row["id"] for row in landed_rows(file.zone, table.dataset)] == [*minutes]


def turns(*turned: tuple[str, datetime]) -> st.SearchStrategy[tuple[str, datetime]]:
    """A zone and a time within hours of one at which its clock is turned."""
    near = st.integers(-90, 90).map(lambda minutes: minutes * MINUTE)
    return st.tuples(st.sampled_from(turned), near).map(lambda drawn: (drawn[0][0], drawn[0][1] + drawn[1]))


@given(
    turns(
        (WEST, TURNED_BACK),
        (WEST, TURNED_FORWARD),
        ("Europe/London", datetime(2024, 10, 27, 1)),  # noqa: DTZ001 - UTC, as below
        ("Australia/Lord_Howe", datetime(2024, 4, 6, 15)),  # noqa: DTZ001 - by half an hour
        ("Africa/Casablanca", datetime(2024, 3, 10, 2)),  # noqa: DTZ001 - back for a month
        (EAST, TURNED_BACK),
        ("UTC", TURNED_BACK),
    ),
    st.integers(0, 120),
    st.integers(0, 600),
    st.integers(0, 900),
)
@example((WEST, TURNED_BACK - 10 * MINUTE), 20, 0, 0)
@example(("Europe/London", datetime(2024, 10, 27, 0, 59)), 1, 30, 0)  # noqa: DTZ001 - UTC
def test_no_time_is_shown_before_the_earliest_and_none_means_one_before_what_it_means(
    turn: tuple[str, datetime], part: int, more: int, later: int
) -> None:
    clock, since = Clock(turn[0]), turn[1]
    written, until = since + part * MINUTE, since + (part + more) * MINUTE
    earliest = clock.earliest(since, until)
    assert clock.shown(written) >= earliest
    meant, first = clock.meant(earliest + later * MINUTE), clock.meant(clock.shown(written))
    assert meant is not None
    assert meant >= clock.earliest_meant(since, until)
    assert first is not None
    assert first <= written


def test_the_bounds_of_time_are_held() -> None:
    first, last = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001 - as a cursor has them
    assert (Clock(EAST).meant(first), Clock(WEST).meant(last)) == (first, last)


def test_before_the_first_run_it_is_said_whose_clock_a_cursor_may_show(shop: Shop) -> None:
    moved_to(shop, WEST).order(1, "now()")
    said = f"what is written by the clock of {WEST} without a zone is taken to be UTC in orders.last_updated"
    assert said in looked_at(shop.source, [orders()])
    assert "zone" not in looked_at(shop.source, [orders(zone=WEST)])


def test_before_the_first_run_it_is_said_that_a_cursor_is_ahead_of_the_clock(shop: Shop) -> None:
    shop.order(1, "now() + interval '9 hours'")
    assert "orders.last_updated is 9.0 hours ahead of the source's clock" in looked_at(shop.source, [orders()])
    assert "ahead" not in looked_at(shop.source, [orders(zone=EAST)])


def test_nothing_is_said_of_a_cursor_with_its_own_zone_or_of_a_server_in_utc(shop: Shop) -> None:
    assert "zone" not in looked_at(shop.source, [orders()])
    shop.do("alter table orders alter last_updated type timestamptz")
    assert "zone" not in looked_at(moved_to(shop, WEST).source, [orders()])
