"""The support warehouse keeps itself up to date: ticks of its sensors, and the runs that they ask for."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from shutil import copy
from typing import Any

import dagster as dg
import pytest

from etl_assets.definitions import load
from etl_assets.defs.support import marts, reports
from etl_assets.factories.attempts import WAREHOUSE
from etl_assets.resources.settled import from_settings
from etl_assets.samples.support import write_support
from etl_assets.warehouse.dead_letters import dead_letters
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets_tests.daemon.tables import differing, every_table, undisturbed

BAD = "".join(f'"c{n}","high","2014-01-01 00:00:00","0-1","1-1"\r\n' for n in range(40))
"""Cases whose priority is no number."""


class Ticking:
    """The code location with its sensors, ticked by the test."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        """Load the definitions."""
        self.home = home
        self.landing = home / "landing" / "support"
        self.engine: Engine = open_engine(f"duckdb:///{home / 'warehouse.duckdb'}")
        self.instance = instance
        self.defs = load()
        self._cursor: str | None = None

    def tick(self) -> dg.SensorResult:
        """What the sensor of new files says."""
        context = dg.build_sensor_context(
            instance=self.instance, definitions=self.defs, cursor=self._cursor, resources=from_settings()
        )
        result: Any = self.defs.get_sensor_def("support_new_files").evaluate_tick(context)
        self._cursor = result.cursor
        return result

    def run(self, request: dg.RunRequest) -> bool:
        """Carry out a run that was asked for; gives whether it succeeded."""
        job = self.defs.resolve_implicit_global_asset_job_def()
        assert request.asset_selection is not None
        result = job.execute_in_process(
            instance=self.instance,
            run_config=request.run_config,
            asset_selection=list(request.asset_selection),
            tags=dict(request.tags),
            raise_on_error=False,
        )
        return result.success

    def follow(self) -> list[bool]:
        """Tick once and carry out what is asked for."""
        return [self.run(request) for request in self.tick().run_requests or ()]

    def told(self) -> list[dict[str, Any]]:
        """The messages to people."""
        file = self.home / "notifications.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self.engine.reading() as session:
            return session.rows(query)


@pytest.fixture
def ticking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    """A warehouse with nothing in it."""
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Ticking(tmp_path, instance)


@pytest.fixture
def loaded(ticking: Ticking) -> Ticking:
    """One with the sample in its staging tables."""
    write_support(ticking.landing, scale=1, seed=1, days=0)
    assert ticking.follow() == [True, True]
    return ticking


def test_nothing_is_started_for_nothing(ticking: Ticking) -> None:
    result: Any = ticking.tick()
    assert (result.run_requests, result.skip_message) == ([], "Nothing new has landed.")


def test_what_has_landed_is_loaded_once_and_years_are_partitions(loaded: Ticking) -> None:
    assert loaded.rows("select count(*) from support_staging.analysts_snapshots") != [(0,)]
    assert loaded.rows("select count(*) from support_staging.company_days") == [(0,)]
    by_year = dg.AssetKey(["support", "raw", "analysts_by_year"])
    assert loaded.instance.get_materialized_partitions(by_year) == {"2010", "2011", "2012", "2013", "2014"}
    assert loaded.follow() == []


def test_two_files_at_once_are_one_run_of_their_datasets_alone(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text('"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n')
    (loaded.landing / "logs.csv").write_text('"2014-06-02 00:00:00","new","Assigned to analyst"\r\n')
    requests = list(loaded.tick().run_requests or ())
    assert len(requests) == 1
    assert {key.to_user_string() for key in requests[0].asset_selection or ()} == {
        "support/raw/cases", "support/staging/cases", "support/raw/logs", "support/staging/logs",
    }  # fmt: skip
    assert loaded.run(requests[0])
    assert loaded.rows("select priority from support_staging.cases where cid = 'new'") == [(1,)]
    assert loaded.follow() == []


def test_a_run_never_overlaps_itself(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text('"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n')
    job = loaded.defs.get_job_def("support")
    run = loaded.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={WAREHOUSE: "support"})
    result: Any = loaded.tick()
    assert (result.run_requests, result.skip_message) == ([], f"Run {run.run_id} is under way.")


def test_a_file_that_fails_is_tried_three_times_then_dead_lettered_and_reported(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text(BAD)
    assert [loaded.follow() for _ in range(3)] == [[False], [False], [False]]
    with loaded.engine.reading() as session:
        assert dead_letters(session, "support") == ()
    assert loaded.follow() == [True]
    assert loaded.follow() == []
    assert [message["subject"] for message in loaded.told()] == ["cases.csv was tried 3 times and is not tried again"]
    assert "40 of 40 rows do not fit" in loaded.told()[0]["body"]
    assert loaded.rows("select path from etl.quarantine where line is null") == [("cases.csv",)]


def test_a_file_that_fails_does_not_hold_the_others_up_for_good(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text(BAD)
    later = '"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n'
    (loaded.landing / "cases_2015.csv").write_text(later)
    for _ in range(4):
        loaded.follow()
    assert loaded.rows("select count(*) from support_staging.cases where cid = 'new'") == [(1,)]
    assert {message["about"] for message in loaded.told()} == {"support/staging/cases"}


def test_the_run_that_puts_a_file_aside_may_be_killed(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text(BAD)
    assert [loaded.follow() for _ in range(3)] == [[False], [False], [False]]
    killed = next(iter(loaded.tick().run_requests or ()))
    loaded.instance.create_run_for_job(
        loaded.defs.get_job_def("support"), status=dg.DagsterRunStatus.FAILURE, tags=dict(killed.tags)
    )
    again = next(iter(loaded.tick().run_requests or ()))
    assert again.run_key != killed.run_key
    assert loaded.run(again)
    assert loaded.rows("select path from etl.quarantine where line is null") == [("cases.csv",)]


def test_a_file_is_tried_though_people_have_deleted_a_run_of_it(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text(BAD)
    keys: list[str] = []
    for _ in range(2):
        request = next(iter(loaded.tick().run_requests or ()))
        keys.append(str(request.run_key))
        tags = {**request.tags, "dagster/run_key": keys[-1]}
        assert not loaded.run(request.with_replaced_attrs(tags=tags))
    oldest = next(run for run in loaded.instance.get_runs() if run.tags.get("dagster/run_key") == keys[0])
    loaded.instance.delete_run(oldest.run_id)
    assert next(iter(loaded.tick().run_requests or ())).run_key == f"{keys[1]}, again"


def test_a_file_that_was_put_right_is_loaded_though_the_one_before_was_given_up(loaded: Ticking) -> None:
    (loaded.landing / "cases.csv").write_text(BAD)
    for _ in range(4):
        loaded.follow()
    (loaded.landing / "cases.csv").write_text(BAD.replace("high", "1"))
    assert loaded.follow() == [True]
    assert loaded.rows("select count(*) from support_staging.cases where cid like 'c%' and priority = 1") == [(40,)]


def test_a_warehouse_that_cannot_be_reached_costs_no_attempt(loaded: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    (loaded.landing / "cases.csv").write_text('"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n')
    with monkeypatch.context() as patched:
        patched.setenv("ETL_WAREHOUSE_URL", "postgresql://nobody@127.0.0.1:1/none")
        result: Any = loaded.tick()
        assert result.run_requests == []
        assert "cannot be reached" in result.skip_message
    assert [str(request.run_key)[-2:] for request in loaded.tick().run_requests or ()] == ["#1"]


def test_nothing_starts_before_every_file_that_the_first_load_needs_is_there(ticking: Ticking, tmp_path: Path) -> None:
    write_support(tmp_path / "sample", scale=1, seed=1, days=0)
    ticking.landing.mkdir(parents=True)
    names = sorted(path.name for path in (tmp_path / "sample").iterdir())
    for name in names:
        if not name.startswith(("products", "calendar")):
            copy(tmp_path / "sample" / name, ticking.landing)
    result: Any = ticking.tick()
    assert result.run_requests == []
    assert "support/staging/products (products.csv), support/staging/calendar (calendar.csv)" in result.skip_message
    copy(tmp_path / "sample" / "products.csv", ticking.landing)
    copy(tmp_path / "sample" / "calendar.csv", ticking.landing)
    assert ticking.follow() == [True, True]


def test_after_waiting_in_vain_people_are_told_once(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking.landing.mkdir(parents=True)
    (ticking.landing / "cases.csv").write_text('"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n')
    for now in range(0, 800, 10):
        monkeypatch.setattr("etl_assets.factories.new_files.time.time", lambda now=now: now)
        assert not ticking.tick().run_requests
        assert len(ticking.told()) == (now >= 360)
    assert ticking.told()[0]["subject"] == "waited in vain for 5 of 6 deliveries"


def test_what_is_made_of_something_newer_follows_and_then_rests(ticking: Ticking) -> None:
    before = dg.evaluate_automation_conditions(ticking.defs, ticking.instance)
    write_support(ticking.landing, scale=1, seed=1, days=0)
    assert ticking.follow() == [True, True]
    then = dg.evaluate_automation_conditions(ticking.defs, ticking.instance, cursor=before.cursor)
    every = ticking.defs.resolve_asset_graph().executable_asset_keys
    wanted = [key for key in every if then.get_num_requested(key)]
    assert sorted(key.path[1] for key in wanted) == ["marts"] * len(marts.MODELS) + ["reports"] * len(reports.MODELS)
    assert ticking.run(dg.RunRequest(asset_selection=wanted))
    again = dg.evaluate_automation_conditions(ticking.defs, ticking.instance, cursor=then.cursor)
    assert again.total_requested == 0


def test_a_year_that_was_brought_in_by_hand_is_followed_by_its_staging_table(loaded: Ticking) -> None:
    first = dg.evaluate_automation_conditions(loaded.defs, loaded.instance)
    name = "support/raw/analysts_by_year"
    (loaded.landing / "analysts_2015.csv").write_text('"0-1","New","Team9","x","2015-01-01 00:00:00",""\r\n')
    tags = {"dagster/asset_partition_range_start": "2015", "dagster/asset_partition_range_end": "2015"}
    assert loaded.run(dg.RunRequest(asset_selection=[dg.AssetKey(name.split("/"))], tags=tags))
    then = dg.evaluate_automation_conditions(loaded.defs, loaded.instance, cursor=first.cursor)
    assert then.get_num_requested(dg.AssetKey(["support", "staging", "analysts"])) == 1
    assert then.get_num_requested(dg.AssetKey(["support", "staging", "cases"])) == 0


def test_the_page_of_years_shows_those_alone_of_which_files_have_come(ticking: Ticking) -> None:
    write_support(ticking.landing, scale=1, seed=1, days=0)
    for year in ("2011", "2013"):
        (ticking.landing / f"analysts_{year}.csv").unlink()
    (ticking.landing / "analysts_9000.csv").write_text('"0-1","New","Team9","x","2015-01-01 00:00:00",""\r\n')
    assert ticking.follow() == [True] * 4
    by_year = dg.AssetKey(["support", "raw", "analysts_by_year"])
    assert ticking.instance.get_materialized_partitions(by_year) == {"2010", "2012", "2014"}
    assert ticking.follow() == []


@pytest.mark.parametrize("seed", [1, 2])
def test_years_in_any_order_give_the_same_tables(ticking: Ticking, tmp_path: Path, seed: int) -> None:
    write_support(ticking.landing, scale=1, seed=1, days=0)
    years = ["2010", "2011", "2012", "2013", "2014"]
    Random(seed).shuffle(years)  # noqa: S311 - an order, no secret
    wanted = [dg.AssetKey(["support", *name]) for name in (("raw", "analysts_by_year"), ("staging", "analysts"))]
    for year in years:
        tags = {"dagster/asset_partition_range_start": year, "dagster/asset_partition_range_end": year}
        assert ticking.run(dg.RunRequest(asset_selection=wanted, tags=tags))
    every = ticking.defs.resolve_asset_graph().executable_asset_keys - {wanted[0]}
    rest = [key for key in every if key.path[0] == "support"]
    assert ticking.run(dg.RunRequest(asset_selection=rest))
    expected = undisturbed(ticking.landing.parent, tmp_path / "undisturbed")
    assert differing(every_table(ticking.engine), expected) == []
