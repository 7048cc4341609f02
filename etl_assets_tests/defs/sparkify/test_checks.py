"""What the sparkify warehouse promises, and what it does when a promise is broken."""

import json

import pytest

from etl_assets.errors import AuditFailed
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, song, song_file
from etl_assets_tests.oracles.deliveries import Delivery


def warned(reports: dict[str, BuildReport]) -> dict[str, int]:
    """The checks that found rows, and how many."""
    return {check.name: check.bad_rows for report in reports.values() for check in report.checks if not check.passed}


def test_nothing_is_wrong_with_what_is_usual(small: Sparkify) -> None:
    assert warned(small.receive([log(event(0), event(1, itemInSession=1)), song_file(song("SO1"))])) == {}


def test_two_songs_of_one_moment_are_one_play_the_later_one_and_it_is_said(small: Sparkify) -> None:
    done = small.receive([log(event(0, song="later", itemInSession=2), event(0, song="S")), song_file(song("SO1"))])
    assert warned(done) == {"plays_do_not_share_a_moment": 1}
    (play,) = small.marts()["fact_song_plays"]
    assert (play["song"], play["name_artist"]) == (None, "AR1")


def test_an_event_of_an_impossible_time_is_said_and_keeps_nothing_up(small: Sparkify) -> None:
    done = small.receive([log(event(0), event(-1), event(253370764800000), event(2**63 - 1), event(253370764799999))])
    assert warned(done) == {"events_are_of_a_possible_time": 3}
    assert sorted(str(row["at"]) for row in small.marts()["dim_time"]) == [
        "1970-01-01 00:00:00",
        "9998-12-31 23:59:59.999000",
    ]
    assert len(small.marts()["fact_song_plays"]) == 2


def test_what_is_odd_in_the_logs_warns(small: Sparkify) -> None:
    odd = [
        event(0, page="Karaoke"),
        event(1, userId="8", level="gold", gender="X", location=None, userAgent=None),
        event(2, userId="9", firstName=None),
    ]
    done = small.receive([log(*odd), song_file(song("SO1", duration=None))])
    assert warned(done) == {
        "pages_are_known": 1,
        "level_is_accepted": 1,
        "gender_is_accepted": 1,
        "users_have_a_name": 1,
        "plays_say_who_and_where": 1,
        "sessions_are_of_one_user": 1,
        "songs_can_be_matched": 1,
    }


def test_one_play_in_a_hundred_may_say_nothing(small: Sparkify) -> None:
    plays = [event(n, itemInSession=n, location=None if not n else "Eugene, OR") for n in range(100)]
    assert warned(small.receive([log(*plays)])) == {}
    assert warned(
        small.receive([log(event(100, itemInSession=100, location=None), name="2018-11-02-events.json")])
    ) == {"plays_say_who_and_where": 1}


def test_a_play_that_goes_missing_keeps_the_table_as_it_was(small: Sparkify) -> None:
    small.receive([log(event(0))])
    with small.engine.writing(asset="test") as session:
        session.run("delete from sparkify_marts.dim_time")
    with pytest.raises(AuditFailed, match="plays_are_the_songs_that_were_started: 1 row"):
        small.receive([song_file(song("SO1"))])


def test_bad_lines_go_to_the_quarantine_and_the_others_are_played(small: Sparkify) -> None:
    told = map(json.dumps, (event(0), {**event(1), "ts": "soon"}, {"ts": 3}, event(4, userId="9")))
    text = "\n".join(told).encode()
    small.receive([Delivery("log_data/2018/11/2018-11-01-events.json", text, log().modified_at)])
    bad = small.ask("select line, column_name, reason from etl.quarantine order by line")
    assert [(row["line"], row["column_name"]) for row in bad] == [(2, "ts"), (3, None)]
    assert len(small.marts()["fact_song_plays"]) == 2
