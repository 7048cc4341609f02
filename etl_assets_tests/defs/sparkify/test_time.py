"""Moments against Python's calendar: every year has its boundaries, its leap day and its weeks."""

from datetime import UTC, datetime, timedelta
from random import Random

from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, ordered
from etl_assets_tests.oracles.sparkify import sparkify_tables

YEARS = (*range(1970, 2030), 2096, 2100, 2104, 2399, 2400, 2401, 4000, 9996, 9998)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def test_every_part_of_a_moment_is_what_the_calendar_says(sparkify: Sparkify) -> None:
    chance = Random(1)  # noqa: S311 - moments, no secret
    moments = {chance.randrange(253370764800000) for _ in range(500)}
    for year in YEARS:
        new_year, march = (datetime(year, month, 1, tzinfo=UTC) for month in (1, 3))
        days = [new_year + timedelta(days=day) for day in range(9)] + [march - timedelta(days=day) for day in range(3)]
        days += [datetime(year, 12, day, 23, 59, 59, 999000, tzinfo=UTC) for day in range(26, 32)]
        moments |= {milliseconds(day) for day in days}
    file = log(*(event(moment, page="Home") for moment in sorted(moments)))
    sparkify.receive([file])
    assert ordered(sparkify.marts()["dim_time"]) == ordered(sparkify_tables([file])["dim_time"])
