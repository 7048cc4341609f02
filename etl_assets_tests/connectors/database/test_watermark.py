"""How far an extract has come, by what was known: open transactions, hidden ones, and a clock that was put back."""

from datetime import datetime, timedelta

from etl_assets.connectors.database.source import Moment
from etl_assets.connectors.database.watermark import next_watermark
from etl_assets.lake.extracted import Extracted
from etl_assets_tests.connectors.database.sources import orders

NOON = datetime(2024, 5, 1, 12)  # noqa: DTZ001 - UTC
HIGHEST = NOON + timedelta(hours=1)


def minute(number: int) -> datetime:
    """A time after noon, or before it."""
    return NOON + timedelta(minutes=number)


def extract(taken: int, *, watermark: int | None = None, next_number: int | None = None) -> Extracted:
    """One at a minute; two of the same test have any number."""
    mark = None if watermark is None else minute(watermark)
    return Extracted(number=1, taken_at=minute(taken), watermark=mark, latest=None, state=1, next_number=next_number)


def watermark(*known: Extracted, at: int = 30, highest: datetime = HIGHEST, **seen: object) -> datetime | None:
    """What comes after some extracts."""
    return next_watermark(orders(), known, Moment(at=minute(at), **seen), highest)  # pyright: ignore[reportArgumentType] - those of a moment


def test_it_is_the_least_of_clock_oldest_transaction_and_highest_cursor() -> None:
    assert watermark() == minute(30)
    assert watermark(open_since=minute(20)) == minute(20)
    assert watermark(open_since=minute(20), highest=minute(10)) == minute(10)


def test_it_never_goes_back() -> None:
    assert watermark(extract(25, watermark=24), open_since=minute(20)) == minute(24)


def test_where_every_open_number_came_after_its_own_the_extract_s_own_time_counts() -> None:
    assert watermark(hidden=1, next_number=9, oldest_open=9) == minute(30)


def test_else_that_of_the_last_extract_before_the_oldest_open_number_counts() -> None:
    known = [extract(at, watermark=0, next_number=number) for at, number in ((10, 5), (15, 7), (20, 8))]
    assert watermark(*known, hidden=1, next_number=9, oldest_open=7) == minute(15)


def test_where_there_is_none_it_stays_and_where_none_was_told_none_is() -> None:
    known = [extract(10, watermark=8, next_number=5), extract(15, watermark=9)]
    assert watermark(*known, hidden=1, next_number=9, oldest_open=4) == minute(9)
    assert watermark(extract(10, next_number=5), hidden=1, next_number=9, oldest_open=4) is None
    assert watermark(hidden=1, next_number=9, oldest_open=4) is None


def test_a_source_that_tells_no_numbers_is_covered_by_the_look_back() -> None:
    assert watermark(hidden=1, open_since=minute(20)) == minute(20)


def test_extracts_of_before_the_clock_was_put_back_tell_nothing_of_what_is_written_after_it() -> None:
    before = extract(60, watermark=25, next_number=5)
    assert watermark(before, open_since=minute(20)) == minute(20)
    assert watermark(before, hidden=1, next_number=9, oldest_open=7) is None
    after = extract(20, watermark=15, next_number=6)
    assert watermark(before, after, open_since=minute(10)) == minute(15)
    assert watermark(before, after, hidden=1, next_number=9, oldest_open=7) == minute(20)
    assert watermark(before, after, hidden=1, next_number=9, oldest_open=5) == minute(15)
