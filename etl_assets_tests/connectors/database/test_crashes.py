"""Killed anywhere and run again is never killed; two runs at once are one."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSnapshot, PostgresSource
from etl_assets_tests.connectors.database.sources import Shop, orders

RUN = """
import sys
from pathlib import Path
from etl_assets.connectors.database.extract import extract_tables
from etl_assets.connectors.database.postgres import PostgresSource
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.lake.lake import open_lake
table = SourceTable(dataset="shop/staging/orders", name="orders")
extract_tables(PostgresSource(sys.argv[1]), [table], open_lake(sys.argv[2]))
"""
PLACES = ("extract.after_data", "extract.before_manifest", "extract.after_manifest")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("is_first", [True, False])
def test_killed_and_run_again_is_never_killed(shop: Shop, place: str, *, is_first: bool) -> None:
    shop.order(1, "now()")
    if not is_first:
        shop.extract()
        shop.order(1, "now()", "2.00")
        shop.order(2, "now()")
    assert _killed_at(place, shop) == -signal.SIGKILL
    shop.extract()
    expected = [(1, "1.00")] if is_first else [(1, "1.00"), (1, "2.00"), (2, "1.00")]
    assert [(row["id"], str(row["price"])) for row in shop.landed()] == expected
    assert shop.extract().landed == 0


def test_of_two_runs_at_once_one_commits_and_the_other_leaves_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.order(1, "now()")
    inner = Shop.extract
    commits: list[int] = []

    def other_first(place: str) -> None:
        if place == "extract.before_manifest" and not commits:
            commits.append(0)
            commits[0] = inner(shop).landed

    monkeypatch.setattr("etl_assets.connectors.database.batch.reach", other_first)
    (report,) = extract_tables(PostgresSource(shop.url), [orders()], shop.zone).tables
    assert (commits, report.landed, report.load_id) == ([1], 0, "")
    assert shop.ids() == [1]


def _killed_at(place: str, shop: Shop) -> int:
    argv = [sys.executable, "-c", RUN, shop.url, str(shop.folder / "lake")]
    environment = {**os.environ, "ETL_FAILPOINT": f"{place}:kill"}
    return subprocess.run(argv, env=environment, check=False, cwd=Path(__file__).parents[3]).returncode  # noqa: S603 - made here


def test_a_later_state_that_is_landed_is_not_followed_by_an_earlier_one(shop: Shop) -> None:
    shop.order(1, "now()")
    shop.extract()
    assert _Slow(shop).extract() == 0
    assert [str(row["price"]) for row in shop.landed()] == ["1.00", "2.00"]
    assert shop.extract().landed == 0


class _Slow(PostgresSource):
    """A source behind whose snapshot another run extracts a later state."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(shop.url)
        self._shop = shop

    @contextmanager
    def snapshot(self) -> Generator[PostgresSnapshot]:
        """One state of it, and at once a later one in the lake."""
        with super().snapshot() as snapshot:
            self._shop.order(1, "now()", "2.00")
            assert self._shop.extract().landed == 1
            yield snapshot

    def extract(self) -> int:
        """The rows that an extract of the earlier state lands."""
        (report,) = extract_tables(self, [orders()], self._shop.zone).tables
        return report.landed
