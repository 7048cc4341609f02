"""Who the users are, at which level, and when."""

from datetime import datetime

from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log

AT = datetime.fromisoformat


def versions(warehouse: Sparkify) -> list[tuple[object, ...]]:
    """User, level, and since when, in that order."""
    rows = warehouse.marts()["dim_users_history"]
    return sorted((row["user_id"], row["valid_from"], row["level"], row["is_current"]) for row in rows)


def test_a_level_has_a_version_and_the_latest_stands_though_its_file_came_first(sparkify: Sparkify) -> None:
    days = [
        log(event(1541030400000), event(1541030400000, itemInSession=1, page="Home"), name="2018-11-01-events.json"),
        log(event(1541116800000, level="paid", sessionId=2), name="2018-11-02-events.json"),
        log(event(1541203200000, level="paid", sessionId=3, lastName="Lie"), name="2018-11-03-events.json"),
    ]
    for day in (days[2], days[0], days[1]):
        sparkify.receive([day])
    assert versions(sparkify) == [
        ("7", AT("2018-11-01"), "free", False),
        ("7", AT("2018-11-02"), "paid", True),
    ]
    (user,) = sparkify.marts()["dim_users"]
    assert [*user.values()] == ["7", "Ada", "Lie", "F", "paid"]
    assert {row["last_name"] for row in sparkify.marts()["dim_users_history"]} == {"Lie"}


def test_whoever_is_logged_out_is_no_user_and_whoever_only_looks_is_one(small: Sparkify) -> None:
    nobody = {"userId": "", "firstName": None, "lastName": None, "gender": None, "auth": "Logged Out"}
    small.receive([log(event(0, page="Home", **nobody), event(1000, page="Help", userId="8"))])
    assert [row["user_id"] for row in small.marts()["dim_users"]] == ["8"]
    assert len(small.marts()["dim_time"]) == 2
    assert small.marts()["fact_song_plays"] == []


def test_a_registration_is_a_whole_number_though_it_is_written_with_a_fraction(small: Sparkify) -> None:
    small.receive([log(event(0))])
    (told,) = small.ask("select registration, ts, user_id from sparkify_staging.log_events")
    assert [int(told["registration"]), told["ts"], told["user_id"]] == [1540919166796, 0, "7"]


def test_events_that_differ_in_moment_session_place_or_page_are_all_kept(small: Sparkify) -> None:
    usual = event(5, itemInSession=1)
    others = [event(6, itemInSession=1), event(5, itemInSession=1, sessionId=2), event(5, itemInSession=2)]
    others.append(event(5, itemInSession=1, page="Help"))
    small.receive([log(usual, *others, usual)])
    (counted,) = small.ask("select rows_read, rows_loaded, rows_duplicate from etl.files")
    assert [*counted.values()] == [6, 5, 1]
    assert small.ask("select count(*) as events from sparkify_staging.log_events") == [{"events": 5}]
    assert len(small.marts()["fact_song_plays"]) == 3
