"""The promise of half an hour: what waits, since when, and who is told once of it."""

from collections.abc import Mapping
from typing import Any

from etl_assets.factories.extracting import Extracts
from etl_assets.factories.lateness import Behind, Waiting, kept, read, told, waits
from etl_assets.notify.message import Message
from etl_assets_tests.factories.test_extracts import TABLES

EXTRACTS = Extracts(tables=TABLES)
MINUTE = 60.0


class Heard:
    """Somebody who is told."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        """Hear a message."""
        self.messages.append(message)

    @property
    def heard(self) -> list[tuple[str, str]]:
        """How grave each was, and its subject."""
        return [(message.severity, message.subject) for message in self.messages]


def over(minutes: Mapping[int, Mapping[str, Behind]]) -> tuple[Heard, dict[str, Waiting]]:
    """Ticks at some minutes, each with what is open then."""
    heard, cursor = Heard(), None
    waiting: dict[str, Waiting] = {}
    for minute, found in minutes.items():
        now = minute * MINUTE
        waiting = told(EXTRACTS, waits(found, read(cursor), now=now), heard, now=now)
        cursor = kept(waiting)
    return heard, waiting


def every_minute(last: int, **found: Behind) -> Any:  # noqa: ANN401 - as ``over`` takes it
    return {minute: {name.replace("_", "/"): what for name, what in found.items()} for minute in range(last + 1)}


def test_what_waits_is_told_at_20_minutes_as_a_warning_and_at_30_as_an_error_once_each() -> None:
    heard, _ = over(every_minute(19, mart=Behind(why="is older than x", mark="1")))
    assert heard.heard == []
    heard, waiting = over(every_minute(90, mart=Behind(why="is older than x", mark="1")))
    assert heard.heard == [
        ("warning", "1 table not up to date for 20 minutes"),
        ("error", "1 table not up to date for 30 minutes"),
    ]
    assert waiting["mart"].since == 0
    assert heard.messages[0].about == "shop"
    assert heard.messages[0].body.startswith("mart is older than x since 1970-01-01 00:00 UTC.")


def test_a_change_is_late_from_its_extract_on_whatever_it_waits_for() -> None:
    """Loaded after 12 minutes, in a mart after 24, and in what is made of that after 40: no stage is late by itself."""
    loads = Behind(why="lacks 1 load", mark="a", since=MINUTE, made_of=("raw",))
    mart = Behind(why="is older than staging", mark="1", made_of=("staging",))
    report = Behind(why="is older than mart", mark="1", made_of=("other", "mart"))
    minutes: dict[int, dict[str, Behind]] = {0: {"raw": Behind(why="was not extracted", mark="x", since=0.0)}}
    minutes |= {minute: {"staging": loads} for minute in range(1, 12)}
    minutes |= {minute: {"mart": mart} for minute in range(12, 24)} | {
        minute: {"report": report} for minute in range(24, 40)
    }
    heard, waiting = over(minutes)
    assert [message.body.partition(" since")[0] for message in heard.messages] == [
        "mart is older than staging", "report is older than mart", "report is older than mart",
    ]  # fmt: skip
    assert [severity for severity, _ in heard.heard] == ["warning", "warning", "error"]
    assert waiting["report"].since == 0


def test_a_table_that_always_lacks_its_newest_load_is_not_late() -> None:
    minutes = {
        minute: {"staging": Behind(why="lacks 1 load", mark=str(minute // 5), since=minute // 5 * 5 * MINUTE)}
        for minute in range(120)
    }
    assert over(minutes)[0].heard == []


def test_what_is_built_again_begins_anew() -> None:
    minutes = {minute: {"mart": Behind(why="is older than x", mark=str(minute // 15))} for minute in range(120)}
    assert over(minutes)[0].heard == []


def test_what_was_well_for_a_moment_begins_anew() -> None:
    waiting = {minute: {"mart": Behind(why="is older than x", mark="1")} for minute in range(120)}
    assert over({minute: found if minute % 18 else {} for minute, found in waiting.items()})[0].heard == []


def test_a_table_that_is_extracted_again_is_in_time_and_one_that_is_not_is_late_since_then() -> None:
    minutes = {
        minute: {
            "orders": Behind(why="was not extracted", mark=str(min(minute // 5, 4)), since=min(minute // 5, 4) * 300.0)
        }
        for minute in range(60)
    }
    heard, waiting = over(minutes)
    assert [severity for severity, _ in heard.heard] == ["warning", "error"]
    assert waiting["orders"].since == 20 * MINUTE


def test_many_that_are_late_at_once_are_one_message() -> None:
    late = Behind(why="was not extracted", since=0.0)
    heard, _ = over(every_minute(25, a=late, b=late, c=late))
    assert heard.heard == [("warning", "3 tables not up to date for 20 minutes")]


def test_after_a_night_without_a_daemon_the_error_alone_is_told() -> None:
    late = {"orders": Behind(why="was not extracted", since=0.0)}
    heard, _ = over({0: late, 600: late, 601: late})
    assert [severity for severity, _ in heard.heard] == ["error"]
