"""What the reports say of a few days that were made up, counted by hand, and of the real month, by plain Python."""

import json
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, on_duckdb
from etl_assets_tests.oracles.deliveries import Delivery
from etl_assets_tests.oracles.sparkify import Row

MONDAY = 1541376000000
"""2018-11-05, midnight."""
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.fixture
def reported(sparkify: Sparkify) -> Sparkify:
    """Two users on two days: one pays from the second day on."""
    other = {"userId": "8", "sessionId": 2, "level": "paid", "location": "Dallas, TX", "artist": "B"}
    paid = {"level": "paid", "sessionId": 3, "song": "T"}
    sparkify.receive([
        log(
            event(MONDAY + HOUR, page="Home"),
            event(MONDAY + HOUR + MINUTE, itemInSession=1),
            event(MONDAY + 2 * HOUR, itemInSession=2),
            event(MONDAY + 2 * HOUR, **other, userAgent="Mozilla (Windows NT 6.1) Trident/7.0"),
            name="2018-11-05-events.json",
        ),
        log(
            event(MONDAY + DAY + HOUR, page="Submit Upgrade", sessionId=3),
            event(MONDAY + DAY + 3 * HOUR, itemInSession=1, **paid, userAgent="Mozilla (iPhone) Version/7 Safari/9"),
            name="2018-11-06-events.json",
        ),
    ])  # fmt: skip
    return sparkify


def rows(warehouse: Sparkify, report: str) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in warehouse.ask(f"select * from sparkify_reports.{report}")]


def test_plays_by_weekday_and_hour(reported: Sparkify) -> None:
    assert rows(reported, "plays_by_hour") == [
        (1, "Monday", 1, 1, 0, 1),
        (1, "Monday", 2, 2, 1, 2),
        (2, "Tuesday", 3, 1, 1, 1),
    ]


def test_paid_and_free_by_day(reported: Sparkify) -> None:
    assert rows(reported, "levels_by_day") == [
        (date(2018, 11, 5), 2, 1, 1, 1, 1 / 3),
        (date(2018, 11, 6), 0, 1, 0, 1, 1.0),
    ]


def test_what_is_played_most(reported: Sparkify) -> None:
    assert rows(reported, "top_songs") == [(1, "S", "A", 2, 1, -1), (2, "S", "B", 1, 1, -1), (2, "T", "A", 1, 1, -1)]
    assert rows(reported, "top_artists") == [(1, "A", 3, 1, 2, -1), (2, "B", 1, 1, 1, -1)]
    assert rows(reported, "top_locations") == [(1, "Eugene, OR", 3, 1, 1), (2, "Dallas, TX", 1, 1, 1)]


def test_of_two_plays_at_one_moment_of_a_session_the_later_one_counts(sparkify: Sparkify) -> None:
    sparkify.receive([log(event(MONDAY, itemInSession=2, song="T", artist="B"), event(MONDAY, itemInSession=1))])
    assert rows(sparkify, "top_songs") == [(1, "T", "B", 1, 1, -1)]
    assert rows(sparkify, "top_artists") == [(1, "B", 1, 1, 1, -1)]


def test_how_long_sessions_are(reported: Sparkify) -> None:
    free, paid = rows(reported, "session_length")
    assert free == (2018, 11, "free", 1, 60.0, 60.0, 60.0, 2.0)
    assert paid == (2018, 11, "paid", 2, 60.0, 0.0, 120.0, 1.0)


def test_browsers_and_systems(reported: Sparkify) -> None:
    assert rows(reported, "user_agents") == [
        ("Firefox", "other", 2, 1),
        ("Internet Explorer", "Windows", 1, 1),
        ("Safari", "iPhone", 1, 1),
    ]


def test_who_came_to_pay(reported: Sparkify) -> None:
    assert rows(reported, "conversion") == [(2018, 11, 1, 1, 1.0, 26.0)]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, real_files: list[Delivery]) -> Sparkify:
    """The real month."""
    warehouse = on_duckdb(tmp_path_factory.mktemp("real"))
    warehouse.receive(file for file in real_files if "_data/" in file.path)
    return warehouse


@pytest.fixture(scope="module")
def played(real_data: Path) -> list[Row]:
    """The events of the page NextSong, as the files have them."""
    logs = (real_data / "sparkify" / "log_data").rglob("*.json")
    told = (json.loads(line) for path in logs for line in path.read_bytes().splitlines())
    return [event for event in told if event["page"] == "NextSong"]


def test_the_real_month_by_hour_adds_up(real: Sparkify, played: list[Row]) -> None:
    told = Counter(_hour(play["ts"]) for play in played)
    found = rows(real, "plays_by_hour")
    assert {(weekday, hour): plays for weekday, _, hour, plays, *_ in found} == told


def _hour(ts: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(ts / 1000, tz=UTC)
    return at.isoweekday(), at.hour


@pytest.mark.parametrize(
    ("report", "names", "fields"),
    [
        ("top_songs", ("song", "artist"), ("song", "artist")),
        ("top_artists", ("artist",), ("artist",)),
        ("top_locations", ("location",), ("location",)),
    ],
)
def test_the_real_tops(
    real: Sparkify, played: list[Row], report: str, names: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    told = Counter(tuple(play[field] for field in fields) for play in played)
    found = real.ask(f"select * from sparkify_reports.{report}")
    assert {tuple(row[name] for name in names): row["plays"] for row in found}.items() <= told.items()
    least = min(row["plays"] for row in found)
    assert len(found) == sum(count >= least for count in told.values())
    assert all(row["place"] == 1 + sum(count > row["plays"] for count in told.values()) for row in found)


def test_the_real_conversion_and_browsers(real: Sparkify, played: list[Row]) -> None:
    (month,) = real.ask("select free_users, paid_later from sparkify_reports.conversion")
    assert [*month.values()] == [83, 8]
    (none,) = real.ask("select count(*) as n from sparkify_reports.user_agents where 'other' in (browser, system)")
    (every,) = real.ask("select sum(plays) as n from sparkify_reports.user_agents")
    assert (none["n"], int(every["n"])) == (0, len(played))
