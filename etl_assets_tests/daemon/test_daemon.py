"""With a real daemon, code server and web server: what lands is loaded, whatever dies on the way."""

import os
import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copy2
from time import sleep
from typing import Literal

import pytest

from etl_assets.errors import WarehouseBusy
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
    (deployment.landing / "2015-01-02").mkdir()
    dropped = deployment.landing / "2015-01-02" / "analysts.csv"
    dropped.write_text('"0-1","Zoe","Team9","x","2010-01-01 00:00:00","2015-01-01 12:00:00"\r\n')
    engine = engine_of(deployment)

    def is_loaded() -> bool:
        with suppress(WarehouseBusy), engine.reading() as session:
            return bool(session.rows("select 1 from support_staging.analysts where name = 'Zoe'"))
        return False

    return deployment.wait(is_loaded, "the file is loaded")


def test_what_lands_is_loaded_once_and_what_is_made_of_it_follows(deployment: Deployment) -> None:
    drop(deployment)
    settle(deployment, expected_of(deployment))
    with engine_of(deployment).reading() as session:
        files = session.rows("select rows_loaded, rows_duplicate from etl.files where path = '2015-01-02/analysts.csv'")
    assert files == [(1, 0)]


def test_what_lands_is_loaded_within_a_minute(deployment: Deployment) -> None:
    assert drop(deployment) < 60


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
