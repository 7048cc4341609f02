"""With a real daemon and code server: what changes in a database is in the warehouse, whatever dies on the way."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.samples.totesys.write import open_business
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.daemon.deployment import Deployment

pytestmark = pytest.mark.proof
SCHEDULE_AND_RUN = 60.0 + 90.0
"""A minute between ticks, then a worker's start, the extract, the follower's tick, its run: on a busy machine."""
CHANGE = "update department set location = ?, last_updated = ? where department_id = 1"


class Business:
    """A deployment beside a business whose only department moves."""

    def __init__(self, folder: Path) -> None:
        self.deployment = Deployment(folder, module="etl_assets_tests.daemon.quick")
        self._moves = 0
        open_business(f"sqlite:///{self.deployment.home / 'totesys.db'}")

    def move(self) -> str:
        """Let a department move; gives where to."""
        self._moves += 1
        place = f"place {self._moves}"
        with closing(sqlite3.connect(self.deployment.home / "totesys.db")) as connection, connection:
            connection.execute(CHANGE, (place, f"2024-06-01 10:00:{self._moves:02}"))
        return place

    def arrives(self, place: str, *, within: float = 600.0) -> float:
        """Wait until a place is in staging and in the mart that is made of it; gives the seconds."""
        return self.deployment.wait(lambda: self._is_in(place), f"{place} is in the warehouse", seconds=within)

    def _is_in(self, place: str) -> bool:
        asked = ("totesys_staging.department", "totesys_marts.dim_staff")
        return all(self._rows(f"select 1 from {table} where location = '{place}'") for table in asked)

    def places(self) -> list[str]:
        """Every place that the department was moved to, in order."""
        query = "select location from totesys_staging.department where location like 'place%' order by effective_at"
        return [location for (location,) in self._rows(query)]

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; none while the warehouse is written, or before there is such a table."""
        engine = open_engine(f"duckdb:///{self.deployment.home / 'warehouse.duckdb'}")
        with suppress(WarehouseError), engine.reading() as session:
            return session.rows(query)
        return []

    def told(self) -> list[dict[str, Any]]:
        """The messages to people about what is late."""
        file = self.deployment.home / "notifications.jsonl"
        every = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
        return [message for message in every if "not up to date" in message["subject"]]


@pytest.fixture
def business(tmp_path: Path) -> Iterator[Business]:
    """Everything up, the first extract in the warehouse."""
    made = Business(tmp_path)
    try:
        made.deployment.start()
        made.arrives(made.move())
        yield made
    finally:
        made.deployment.stop()


def test_a_change_is_in_the_marts_by_itself_whatever_is_killed_and_the_alert_fires_when_it_should(
    business: Business,
) -> None:
    took = business.arrives(business.move())
    assert took < SCHEDULE_AND_RUN
    for victim in ("daemon", "code", "worker"):
        place = business.move()
        _kill(business.deployment, victim)
        business.deployment.start()
        business.arrives(place)
    assert business.places() == [f"place {number}" for number in range(1, 6)]
    _alert(business)


def _kill(deployment: Deployment, victim: str) -> None:
    """Kill a part at once, a run's worker as soon as there is one."""
    if victim == "daemon":
        deployment.kill("daemon")
    elif victim == "code":
        deployment.kill("code")
    else:
        deployment.wait(lambda: bool(deployment.workers()), "a run has a worker", seconds=120)
        for pid in deployment.workers():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _alert(business: Business) -> None:
    """A daemon that was away for longer than is promised: people are told when it is back, and not before."""
    before = business.told()
    business.deployment.kill("daemon")
    place = business.move()
    sleep(155)
    assert business.told() == before
    business.deployment.start()
    business.deployment.wait(lambda: len(business.told()) > len(before), "people are told", seconds=120)
    assert business.told()[-1]["about"] == "totesys"
    business.arrives(place)
