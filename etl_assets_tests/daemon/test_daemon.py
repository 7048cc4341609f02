"""With a real daemon, code server and web server: what lands is loaded, whatever dies on the way."""

import json
import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copy2
from time import sleep
from typing import Any, Literal

import pytest

from etl_assets.errors import WarehouseBusy
from etl_assets.factories.attempts import FILES
from etl_assets.samples.support import write_support
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets_tests.daemon.deployment import Deployment
from etl_assets_tests.daemon.tables import Shown, differing, every_table, undisturbed

pytestmark = pytest.mark.proof
Victim = Literal["code", "daemon", "worker"]
VICTIMS: tuple[Victim, ...] = ("code", "daemon", "worker")
SETTLES_WITHIN = 600.0
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """Everything up, nothing landed."""
    made = Deployment(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def engine_of(deployment: Deployment) -> Engine:
    return open_engine(f"duckdb:///{deployment.home / 'warehouse.duckdb'}")


def settle(deployment: Deployment, expected: Shown) -> float:
    """Wait until the tables are as expected and no run is under way; gives the seconds that it took."""
    engine = engine_of(deployment)

    def is_settled() -> bool:
        with suppress(WarehouseBusy):
            return not differing(every_table(engine), expected)
        return False

    took = deployment.wait(is_settled, "the tables are those of an undisturbed run", seconds=SETTLES_WITHIN)
    deployment.wait(lambda: {run["status"] for run in deployment.runs()} <= ENDED, "every run has ended")
    return took


def expected_of(deployment: Deployment) -> Shown:
    """What an undisturbed run makes of what has landed."""
    return undisturbed(deployment.landing.parent, deployment.folder / "undisturbed" / str(random.random()))  # noqa: S311 - a name


def drop(deployment: Deployment) -> float:
    """Let an analyst's change land in a warehouse that is up to date; gives the seconds until it is loaded."""
    write_support(deployment.landing, scale=1, seed=1, days=0)
    settle(deployment, expected_of(deployment))
    land(deployment, "analysts.csv", '"0-1","Zoe","Team9","x","2010-01-01 00:00:00","2015-01-01 12:00:00"\r\n')
    asked = "select 1 from support_staging.analysts where name = 'Zoe'"
    return deployment.wait(lambda: bool(rows(deployment, asked)), "the file is loaded")


def land(deployment: Deployment, name: str, text: str) -> None:
    """Let a file land on a day of its own."""
    folder = deployment.landing / "2015-01-02"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def rows(deployment: Deployment, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query; none while the warehouse is written."""
    with suppress(WarehouseBusy), engine_of(deployment).reading() as session:
        return session.rows(query)
    return []


def test_what_lands_is_loaded_once_and_what_is_made_of_it_follows(deployment: Deployment) -> None:
    drop(deployment)
    settle(deployment, expected_of(deployment))
    asked = "select rows_loaded, rows_duplicate from etl.files where path = '2015-01-02/analysts.csv'"
    assert rows(deployment, asked) == [(1, 0)]


def test_what_lands_is_loaded_within_a_minute(deployment: Deployment) -> None:
    assert drop(deployment) < 60


def test_two_files_at_once_are_loaded_once_each(deployment: Deployment) -> None:
    write_support(deployment.landing, scale=1, seed=1, days=0)
    settle(deployment, expected_of(deployment))
    land(deployment, "cases.csv", '"new","1","2014-06-01 00:00:00","0-1","1-1"\r\n')
    land(deployment, "logs.csv", '"2014-06-02 00:00:00","new","Assigned to analyst"\r\n')
    settle(deployment, expected_of(deployment))
    asked = "select path, rows_loaded, rows_duplicate from etl.files where path like '2015-01-02/%' order by path"
    assert rows(deployment, asked) == [("2015-01-02/cases.csv", 1, 0), ("2015-01-02/logs.csv", 1, 0)]


def test_a_file_that_fails_is_tried_three_times_then_dead_lettered_and_reported(deployment: Deployment) -> None:
    write_support(deployment.landing, scale=1, seed=1, days=0)
    before = expected_of(deployment)
    settle(deployment, before)
    land(deployment, "cases.csv", "".join(f'"c{n}","high","2014-01-01 00:00:00","0-1","1-1"\r\n' for n in range(40)))
    aside = "select path from etl.quarantine where line is null"
    deployment.wait(lambda: bool(rows(deployment, aside)), "the file is put aside", seconds=SETTLES_WITHIN)
    settle(deployment, before)
    tried = [run["status"] for run in deployment.runs() if "2015-01-02/cases.csv@" in run["tags"].get(FILES, "")]
    told = [json.loads(line) for line in (deployment.home / "notifications.jsonl").read_text().splitlines()]
    assert rows(deployment, aside) == [("2015-01-02/cases.csv",)]
    assert sorted(tried) == ["FAILURE"] * 3 + ["SUCCESS"]
    errors = [message["subject"] for message in told if message["severity"] == "error"]
    assert errors == ["2015-01-02/cases.csv was tried 3 times and is not tried again"]


def kill(deployment: Deployment, victim: Victim) -> None:
    """Kill a process and start it again, as whatever watches over it would; a run's worker is not started again."""
    if victim != "worker":
        deployment.kill(victim)
        deployment.start()
        return
    deployment.wait(lambda: bool(deployment.workers()), "a run is executed")
    for pid in deployment.workers():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_process_that_is_killed_changes_nothing(deployment: Deployment, victim: Victim) -> None:
    write_support(deployment.landing, scale=1, seed=1, days=0)
    expected = expected_of(deployment)
    deployment.wait(lambda: bool(deployment.workers()), "a run is executed")
    kill(deployment, victim)
    settle(deployment, expected)


@pytest.mark.parametrize("victim", VICTIMS)
def test_ten_kills_at_random_moments_change_nothing(deployment: Deployment, victim: Victim) -> None:
    chance = random.Random(f"{victim} 1")  # noqa: S311 - moments, no secrets
    for day in range(10):
        write_support(deployment.landing, scale=1, seed=1, days=day)
        sleep(chance.uniform(0, 30))
        kill(deployment, victim)
    settle(deployment, expected_of(deployment))


def test_years_that_are_backfilled_from_the_pages_in_any_order_give_the_same(deployment: Deployment) -> None:
    write_support(deployment.folder / "sample", scale=1, seed=1, days=0)
    deployment.landing.mkdir(parents=True)
    years = sorted((deployment.folder / "sample").glob("analysts_*.csv"))
    random.Random(1).shuffle(years)  # noqa: S311 - an order, no secret
    for file in years:
        copy2(file, deployment.landing)
        deployment.backfill("support/raw/analysts_by_year", file.stem.removeprefix("analysts_"))
    for file in (deployment.folder / "sample").iterdir():
        if file not in years:
            copy2(file, deployment.landing)
    settle(deployment, expected_of(deployment))
