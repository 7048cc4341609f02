"""Days of logs as partitions: from the sensor, by hand, again, and in whatever order."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import dagster as dg
import pytest

from etl_assets.definitions import load
from etl_assets.defs.sparkify import marts, reports
from etl_assets.resources.settled import from_settings
from etl_assets.samples.sparkify import write_sparkify
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.defs.sparkify.conftest import Sparkify, event, log, on_duckdb, song, song_file
from etl_assets_tests.oracles.deliveries import from_folder, place

BY_DAY = dg.AssetKey(["sparkify", "raw", "log_events_by_day"])
EVENTS = dg.AssetKey(["sparkify", "staging", "log_events"])
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


class Ticking:
    """The code location with its sensors, ticked by the test."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        """Load the definitions."""
        self.warehouse = Sparkify(home, open_engine(f"duckdb:///{home / 'warehouse.duckdb'}"))
        self.instance = instance
        self.defs = load()

    def asked(self) -> list[dg.RunRequest]:
        """The runs that the sensor of new files asks for."""
        context = dg.build_sensor_context(instance=self.instance, definitions=self.defs, resources=from_settings())
        result: Any = self.defs.get_sensor_def("sparkify_new_files").evaluate_tick(context)
        return list(result.run_requests or ())

    def run(self, *keys: dg.AssetKey, tags: dict[str, str] | None = None) -> bool:
        """Carry out a run of assets; gives whether it succeeded."""
        job = self.defs.resolve_implicit_global_asset_job_def()
        result = job.execute_in_process(instance=self.instance, asset_selection=keys, tags=tags, raise_on_error=False)
        return result.success

    def follow(self) -> list[bool]:
        """Tick once and carry out what is asked for."""
        return [self.run(*request.asset_selection or (), tags=dict(request.tags)) for request in self.asked()]

    def day(self, day: str) -> bool:
        """Bring in a day by hand, and its staging table."""
        return self.run(BY_DAY, EVENTS, tags={START: day, END: day})

    @property
    def days(self) -> set[str]:
        """The days that the page of the partitions shows as made."""
        return self.instance.get_materialized_partitions(BY_DAY)


@pytest.fixture
def ticking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    """A warehouse with nothing in it."""
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Ticking(tmp_path, instance)


def daily(*days: str) -> Iterator[Any]:
    """A file with one event for each day."""
    return (log(event(n * 86_400_000, sessionId=n), name=f"{day}-events.json") for n, day in enumerate(days))


def test_new_days_are_partitions_a_run_for_each_stretch_and_songs_are_one_more(ticking: Ticking) -> None:
    place([*daily("2018-11-30", "2018-12-01", "2018-12-03"), song_file(song("SO1"))], ticking.warehouse.landing)
    requests = ticking.asked()
    ranges = [(request.tags.get(START), request.tags.get(END)) for request in requests]
    assert ranges == [("2018-11-30", "2018-12-01"), ("2018-12-03", "2018-12-03"), (None, None)]
    assert {key.to_user_string() for key in requests[2].asset_selection or ()} == {
        "sparkify/raw/log_events", "sparkify/staging/log_events", "sparkify/raw/songs", "sparkify/staging/songs",
    }  # fmt: skip
    assert ticking.follow() == [True] * 3
    assert ticking.days == {"2018-11-30", "2018-12-01", "2018-12-03"}
    assert ticking.warehouse.ask("select count(*) as n from sparkify_staging.log_events") == [{"n": 3}]
    assert ticking.follow() == []


def test_a_day_that_has_not_begun_comes_in_with_the_other_files(ticking: Ticking) -> None:
    place(daily("2018-11-30", "2999-01-01"), ticking.warehouse.landing)
    assert ticking.follow() == [True, True]
    assert ticking.days == {"2018-11-30"}
    assert ticking.warehouse.ask("select count(*) as n from sparkify_staging.log_events") == [{"n": 2}]


def test_a_day_can_be_brought_in_by_hand_and_again_and_what_is_made_of_it_follows(ticking: Ticking) -> None:
    place(daily("2018-11-01", "2018-11-02", "2018-11-03"), ticking.warehouse.landing)
    first = dg.evaluate_automation_conditions(ticking.defs, ticking.instance)
    assert ticking.run(BY_DAY, tags={START: "2018-11-02", END: "2018-11-02"})
    assert ticking.days == {"2018-11-02"}
    then = dg.evaluate_automation_conditions(ticking.defs, ticking.instance, cursor=first.cursor)
    assert then.get_num_requested(EVENTS) == 1
    for _ in range(2):
        assert ticking.day("2018-11-02")
        told = ticking.warehouse.ask("select session_id from sparkify_staging.log_events")
        assert told == [{"session_id": 1}]


def test_marts_and_reports_follow_what_has_landed_and_then_rest(ticking: Ticking) -> None:
    before = dg.evaluate_automation_conditions(ticking.defs, ticking.instance)
    place([*daily("2018-11-01"), song_file(song("SO1"))], ticking.warehouse.landing)
    assert ticking.follow() == [True, True]
    then = dg.evaluate_automation_conditions(ticking.defs, ticking.instance, cursor=before.cursor)
    every = ticking.defs.resolve_asset_graph().executable_asset_keys
    wanted = [key for key in every if then.get_num_requested(key)]
    assert {key.to_user_string() for key in wanted} == {model.name for model in (*marts.MODELS, *reports.MODELS)}
    assert ticking.run(*wanted)
    again = dg.evaluate_automation_conditions(ticking.defs, ticking.instance, cursor=then.cursor)
    assert again.total_requested == 0


def test_days_in_any_order_give_what_one_run_gives(ticking: Ticking, tmp_path: Path) -> None:
    write_sparkify(ticking.warehouse.landing, days=1)
    files = [*(ticking.warehouse.landing / "log_data").rglob("*.json")]
    days = sorted(file.name.removesuffix("-events.json") for file in files)
    parts = [days[at : at + 7] for at in range(0, len(days), 7)]
    Random(1).shuffle(parts)  # noqa: S311 - an order, no secret
    for some in parts:
        assert ticking.run(BY_DAY, EVENTS, tags={START: some[0], END: some[-1]})
    every = ticking.defs.resolve_asset_graph().executable_asset_keys - {BY_DAY}
    assert ticking.run(*(key for key in every if key.path[0] == "sparkify"))
    straight = on_duckdb(tmp_path / "straight")
    straight.receive(from_folder(ticking.warehouse.landing))
    assert ticking.warehouse.everything() == straight.everything()
