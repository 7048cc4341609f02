"""Totesys keeps itself up to date: ticks of its schedule and sensors, and the runs that they ask for."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from etl_assets.definitions import load
from etl_assets.defs.totesys.tables import DATASETS
from etl_assets.factories.attempts import WAREHOUSE
from etl_assets.factories.reconcile import EQUAL
from etl_assets.resources.settled import from_settings
from etl_assets.samples.totesys.write import open_business
from etl_assets.warehouse.engines import open_engine

RAW = {"totesys/raw/source", "totesys/raw/complete", *(dataset.raw_key for dataset in DATASETS)}
NEW = (
    "insert into department values (99, 'Space', 'Moon', 'Zoe', '2024-06-01 10:00:00', '2024-06-01 10:00:00')",
    "insert into currency values (99, 'SEK', '2024-06-01 10:00:00', '2024-06-01 10:00:00')",
)


class Ticking:
    """The code location, ticked by the test."""

    def __init__(self, home: Path, instance: dg.DagsterInstance) -> None:
        self.home = home
        self.instance = instance
        self.defs = load()
        self._automation: Any = None
        self._promise: str | None = None

    def open(self) -> None:
        """A business that has not sold anything yet."""
        open_business(f"sqlite:///{self.home / 'totesys.db'}")

    def do(self, *statements: str) -> None:
        """Change the source."""
        with closing(sqlite3.connect(self.home / "totesys.db")) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    def schedule(self, name: str = "totesys_extracts") -> Any:  # noqa: ANN401 - a request, or why there is none
        """What a tick of a schedule says."""
        found = self.defs.get_repository_def().get_schedule_def(name)
        context = dg.build_schedule_context(
            instance=self.instance, repository_def=self.defs.get_repository_def(), resources=from_settings()
        )
        return found.evaluate_tick(context)

    def promise(self) -> str:
        """What the sensor of the promise says."""
        context = dg.build_sensor_context(
            instance=self.instance, definitions=self.defs, cursor=self._promise, resources=from_settings()
        )
        result: Any = self.defs.get_sensor_def("totesys_promise").evaluate_tick(context)
        self._promise = result.cursor or self._promise
        return result.skip_message

    def extract(self) -> bool:
        """Carry out what the schedule starts."""
        job = self.defs.get_job_def("totesys_extract")
        return job.execute_in_process(instance=self.instance, raise_on_error=False).success

    def follow(self) -> set[str]:
        """Evaluate the automation once and carry out what it asks for; gives the layers' tables."""
        found = dg.evaluate_automation_conditions(self.defs, self.instance, cursor=self._automation)
        self._automation = found.cursor
        every = self.defs.resolve_asset_graph().executable_asset_keys
        wanted = [key for key in every if found.get_num_requested(key)]
        if wanted:
            job = self.defs.resolve_implicit_global_asset_job_def()
            assert job.execute_in_process(instance=self.instance, asset_selection=wanted, raise_on_error=False).success
        return {key.to_user_string() for key in wanted}

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with open_engine(f"duckdb:///{self.home / 'warehouse.duckdb'}").reading() as session:
            return session.rows(query)

    def told(self) -> list[dict[str, Any]]:
        """The messages to people."""
        file = self.home / "notifications.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


JOBS = ("totesys", "totesys_extract", "totesys_reconciled")


@pytest.fixture
def ticking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ticking]:
    """Nothing there, not even a source."""
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as instance:
        yield Ticking(tmp_path, instance)


@pytest.fixture
def extracted(ticking: Ticking) -> Ticking:
    """A business whose tables are in the warehouse."""
    ticking.open()
    ticking.follow()
    assert ticking.extract()
    ticking.follow()
    return ticking


@pytest.mark.parametrize("schedule", ["totesys_extracts", "totesys_each_night"])
def test_a_source_that_was_never_there_starts_nothing_and_one_that_is_gone_fails(
    ticking: Ticking, schedule: str
) -> None:
    assert "`etl-assets sample totesys` makes one to try" in ticking.schedule(schedule).skip_message
    assert "`etl-assets sample totesys` makes one to try" in ticking.promise()
    ticking.open()
    assert ticking.extract()
    (ticking.home / "totesys.db").unlink()
    assert len(ticking.schedule(schedule).run_requests) == 1
    assert not ticking.extract()


def test_a_run_never_overlaps_itself(ticking: Ticking) -> None:
    ticking.open()
    assert [request.tags[WAREHOUSE] for request in ticking.schedule().run_requests] == ["totesys"]
    job = ticking.defs.get_job_def("totesys_extract")
    run = ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={WAREHOUSE: "totesys"})
    assert ticking.schedule().skip_message == f"Run {run.run_id} is under way."
    ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={WAREHOUSE: "support"})
    assert run.run_id in ticking.schedule().skip_message


def test_the_night_s_run_waits_for_one_that_is_under_way(ticking: Ticking) -> None:
    ticking.open()
    job = ticking.defs.get_job_def("totesys_extract")
    ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags={WAREHOUSE: "totesys"})
    (request,) = ticking.schedule("totesys_each_night").run_requests
    assert request.tags[WAREHOUSE] == "totesys"
    night = ticking.defs.get_repository_def().get_schedule_def("totesys_each_night")
    assert str(night.cron_schedule).split()[0] not in {str(minute) for minute in range(0, 60, 5)}


def test_a_comparison_holds_up_no_extract_and_waits_for_another_comparison(ticking: Ticking) -> None:
    ticking.open()
    job = ticking.defs.get_job_def("totesys_reconciled")
    ticking.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=job.tags)
    assert job.tags[WAREHOUSE] == "totesys_reconciled"
    assert len(ticking.schedule().run_requests) == 1


def test_the_schedule_is_on_every_five_minutes_and_extracts_alone(ticking: Ticking) -> None:
    schedule = ticking.defs.get_repository_def().get_schedule_def("totesys_extracts")
    assert (schedule.cron_schedule, schedule.default_status) == ("*/5 * * * *", dg.DefaultScheduleStatus.RUNNING)
    job = ticking.defs.get_job_def(schedule.job_name)
    assert {key.to_user_string() for key in job.asset_layer.executable_asset_keys} == RAW
    assert job.tags[WAREHOUSE] == "totesys"


def test_no_job_but_its_own_compares_tables_with_their_source(ticking: Ticking) -> None:
    checks = {job: ticking.defs.get_job_def(job).asset_layer.asset_graph.asset_check_keys for job in JOBS}
    compared = {job: sum(key.name == EQUAL for key in keys) for job, keys in checks.items()}
    assert compared == {"totesys": 0, "totesys_extract": 0, "totesys_reconciled": 11}
    assert len(checks["totesys"]) > 100


def test_what_changed_is_followed_by_what_is_made_of_it_and_nothing_else(extracted: Ticking) -> None:
    assert extracted.follow() == set()
    assert extracted.extract()
    assert extracted.follow() == set()
    extracted.do(*NEW)
    assert extracted.extract()
    followed = extracted.follow()
    staged = {name for name in followed if "/staging/" in name}
    assert staged == {"totesys/staging/department", "totesys/staging/currency"}
    assert extracted.rows("select count(*) from totesys_staging.department where department_id = 99") == [(1,)]
    assert extracted.follow() == set()


def test_a_table_that_fails_holds_up_what_is_made_of_it_alone(extracted: Ticking) -> None:
    extracted.do("alter table department rename column manager to head", *NEW[1:])
    assert not extracted.extract()
    assert {name for name in extracted.follow() if "/staging/" in name} == {"totesys/staging/currency"}
    extracted.do("alter table department rename column head to manager", NEW[0])
    assert extracted.extract()
    assert {name for name in extracted.follow() if "/staging/" in name} == {"totesys/staging/department"}


def test_what_is_not_extracted_in_time_is_told(extracted: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (extracted.promise(), extracted.told()) == ("All is in time.", [])
    now = time.time()
    for minutes in (10, 21, 22, 31, 32):
        monkeypatch.setattr("etl_assets.factories.lateness.time.time", lambda minutes=minutes: now + minutes * 60)
        extracted.promise()
    assert [(one["severity"], one["subject"]) for one in extracted.told()] == [
        ("warning", "11 tables not up to date for 20 minutes"),
        ("error", "11 tables not up to date for 30 minutes"),
    ]


def test_what_is_extracted_and_not_loaded_in_time_is_told(extracted: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    extracted.do(NEW[0])
    assert extracted.extract()
    extracted.promise()
    now = time.time()
    monkeypatch.setattr("etl_assets.factories.lateness.time.time", lambda: now + 10 * 60)
    assert extracted.extract()
    assert extracted.promise() == "All is in time."
    monkeypatch.setattr("etl_assets.factories.lateness.time.time", lambda: now + 20 * 60 + 1)
    extracted.promise()
    assert "totesys/staging/department lacks 1 load of the lake since" in extracted.told()[0]["body"]
    extracted.follow()
    assert extracted.promise() == "All is in time."


def test_what_waits_is_not_forgotten_while_a_run_holds_the_warehouse(
    extracted: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    extracted.do(NEW[0])
    assert extracted.extract()
    extracted.promise()
    file, now = extracted.home / "warehouse.duckdb", time.time()
    file.rename(file.with_suffix(".aside"))
    file.write_text("no database")
    monkeypatch.setattr("etl_assets.factories.lateness.time.time", lambda: now + 20 * 60 + 1)
    extracted.promise()
    file.with_suffix(".aside").replace(file)
    monkeypatch.setattr("etl_assets.factories.lateness.time.time", lambda: now + 30 * 60 + 1)
    extracted.promise()
    told = [(one["severity"], "department lacks 1 load" in one["body"]) for one in extracted.told()]
    assert told == [("warning", True), ("error", True)]


def test_a_day_comes_again_from_the_lake_and_what_is_made_of_it_follows(extracted: Ticking) -> None:
    both = (
        "select staff_id, first_name from totesys_staging.staff order by staff_id",
        "select staff_id, first_name from totesys_marts.dim_staff_history order by staff_id",
    )
    before = [extracted.rows(query) for query in both]
    with open_engine(f"duckdb:///{extracted.home / 'warehouse.duckdb'}").writing() as session:
        session.run("update totesys_staging.staff_events set first_name = 'Nobody' where staff_id = 1")
        session.run("delete from totesys_marts.dim_staff_history where staff_id = 2")
    while extracted.follow():
        pass
    job = extracted.defs.get_job_def("totesys_backfill")
    today = datetime.now(UTC).date().isoformat()
    assert job.execute_in_process(instance=extracted.instance, partition_key=today).success
    followed = set[str]()
    while more := extracted.follow():
        followed |= more
    assert {"totesys/marts/dim_staff_history", "totesys/marts/dim_location_history"} <= followed
    assert [extracted.rows(query) for query in both] == before
    assert job.tags[WAREHOUSE] == "totesys"
