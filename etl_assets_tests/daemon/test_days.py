"""With a real daemon, code server and web server: days of logs, brought in again from the pages."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copy2

import pytest

from etl_assets.errors import EtlError
from etl_assets.samples.sparkify import write_sparkify
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.daemon.deployment import Deployment
from etl_assets_tests.oracles.deliveries import from_folder
from etl_assets_tests.oracles.sparkify import sparkify_tables

pytestmark = pytest.mark.proof


@pytest.fixture
def deployment(tmp_path: Path) -> Iterator[Deployment]:
    """Everything up, nothing landed."""
    made = Deployment(tmp_path)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_days_that_are_backfilled_from_the_pages_in_any_order_become_plays(deployment: Deployment) -> None:
    sample, landing = deployment.folder / "sample", deployment.home / "landing" / "sparkify" / "log_data"
    write_sparkify(sample)
    landing.mkdir(parents=True)
    for day in ("2018-11-03", "2018-11-01", "2018-11-02"):
        copy2(sample / "log_data" / "2018" / "11" / f"{day}-events.json", landing)
        deployment.backfill("sparkify/raw/log_events_by_day", day)
    expected = {(row["time_id"], row["session_id"]) for row in sparkify_tables(from_folder(landing))["fact_song_plays"]}
    engine = open_engine(f"duckdb:///{deployment.home / 'warehouse.duckdb'}")

    def has_them() -> bool:
        with suppress(EtlError), engine.reading() as session:
            found = session.rows("select time_id, session_id from sparkify_marts.fact_song_plays")
            return set(found) == expected
        return False

    deployment.wait(has_them, "every play of the three days is there")
