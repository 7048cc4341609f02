"""Which deliveries a sensor tries, which it gives up, and which it has put aside."""

from dataclasses import replace
from datetime import datetime

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.factories.decide import Decision, aside_key, decide
from etl_assets.warehouse.dead_letters import DeadLetter

NOW = datetime.fromisoformat("2026-03-01")
GOOD = Arrival(dataset="w/staging/people", path="good.csv", version="1")
BAD = Arrival(dataset="w/staging/people", path="bad.csv", version="1", in_lake=True)
DEAD = DeadLetter(
    dataset=BAD.dataset, path=BAD.path, version=BAD.version, attempts=3, reason="too bad", given_up_at=NOW
)


def decided(*ready: Arrival, dead: tuple[DeadLetter, ...] = (), **attempts: int) -> Decision:
    """The decision about deliveries, with the attempts of good and bad ones."""
    counted = {GOOD.key: attempts.get("good", 0), BAD.key: attempts.get("bad", 0)}
    counted[aside_key(DEAD)] = attempts.get("aside", 0)
    return decide(ready, dead, counted, {BAD.dataset: "too bad"}, now=NOW)


def test_what_has_landed_is_tried_for_the_first_time() -> None:
    assert decided(GOOD, BAD).tried == {GOOD: 1, BAD: 1}


def test_what_failed_is_tried_three_times() -> None:
    assert [decided(BAD, bad=count).tried for count in (1, 2, 3)] == [{BAD: 2}, {BAD: 3}, {}]


def test_then_it_is_a_dead_letter_with_the_reason() -> None:
    assert decided(BAD, bad=2).given_up == ()
    assert decided(BAD, bad=3).given_up == (DEAD,)


def test_a_dead_letter_is_put_aside_and_the_others_are_tried() -> None:
    first = decided(GOOD, BAD, bad=3)
    assert (first.tried, first.put_aside) == ({GOOD: 1}, {DEAD: 1})


def test_a_run_that_was_to_put_it_aside_may_fail_as_well_and_the_next_runs_are_not_held_up_by_it() -> None:
    later = [decided(GOOD, BAD, dead=(DEAD,), bad=3, aside=count) for count in (1, 2, 3)]
    assert [one.put_aside for one in later] == [{DEAD: 2}, {DEAD: 3}, {}]
    assert {one.dead for one in later} == {(DEAD,)}


def test_a_dead_letter_that_was_written_down_but_not_put_aside_is_put_aside_later() -> None:
    assert decided(BAD, dead=(DEAD,), bad=3).put_aside == {DEAD: 1}


def test_a_dead_letter_that_never_came_into_the_lake_is_in_no_loads_way() -> None:
    assert decided(replace(BAD, in_lake=False), dead=(DEAD,), bad=3).put_aside == {}


def test_a_newer_version_is_tried_for_itself_and_not_put_aside_with_the_older() -> None:
    newer = decided(replace(BAD, version="2"), BAD, dead=(DEAD,), bad=3)
    assert ([*newer.tried.values()], newer.put_aside, newer.dead) == ([1], {}, ())


def test_a_dead_letter_that_waits_no_longer_is_forgotten() -> None:
    assert decided(dead=(DEAD,), bad=3).obsolete == (DEAD,)
    assert decided(BAD, dead=(DEAD,), bad=3).obsolete == ()


def test_another_version_of_the_file_is_another_delivery() -> None:
    again = Arrival(dataset=BAD.dataset, path=BAD.path, version="2")
    assert decided(again, dead=(DEAD,), bad=3).tried == {again: 1}
