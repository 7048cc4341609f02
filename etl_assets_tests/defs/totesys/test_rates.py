"""Exchange rates from a real API to what is converted with them, as Dagster runs it; and those of the sample."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest

from etl_assets.definitions import load
from etl_assets.samples.totesys.rates import rates, write_rates
from etl_assets.samples.totesys.story import HISTORY, day_at
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.servers.http import Answer, HttpServer, serving

NAMES = ("raw/rates_api", "raw/landing", "raw/exchange_rates", "staging/exchange_rates")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpServer]:
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    with serving() as running:
        monkeypatch.setenv("ETL_RATES_URL", f"{running.url}/latest?key=canary")
        yield running


def run() -> dg.ExecuteInProcessResult:
    """Bring the rates' staging table up to date."""
    defs = load()
    keys = [dg.AssetKey(["totesys", *name.split("/")]) for name in NAMES]
    return defs.resolve_implicit_global_asset_job_def().execute_in_process(asset_selection=keys, raise_on_error=False)


def checked(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """What each check of the API found."""
    return {one.check_name: one.passed for one in result.get_asset_check_evaluations() if "api" in str(one.asset_key)}


def loaded() -> list[tuple[object, ...]]:
    """The staging table."""
    query = (
        "select rate_date, currency_code, rate from totesys_staging.exchange_rates order by rate_date, currency_code"
    )
    with open_engine(Settings.read().warehouse_url).reading() as session:
        return [tuple(row) for row in session.rows(query)]


def test_what_the_api_says_is_loaded_and_where_it_is_down_what_was_known_stands(server: HttpServer) -> None:
    server.answers = [
        Answer(body=b'{"base": "GBP", "date": "2024-11-15", "rates": {"EUR": 1.1990}}'),
        Answer(status=404),
    ]
    first = run()
    assert (first.success, checked(first)) == (True, {"rates_can_be_fetched": True})
    assert loaded() == [(date(2024, 11, 15), "EUR", Decimal("1.1990000000"))]
    second = run()
    assert (second.success, checked(second)) == (True, {"rates_can_be_fetched": False})
    assert len(loaded()) == 1
    told = [str(event) for result in (first, second) for event in result.all_events]
    assert any("answers with status 404" in text for text in told)
    assert not [text for text in told if "canary" in text]


def test_without_an_api_nothing_is_asked(server: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ETL_RATES_URL")
    result = run()
    assert (result.success, checked(result), server.asked) == (True, {"rates_can_be_fetched": True}, [])


def test_the_sample_has_the_same_rates_for_the_same_days_and_leaves_some_out(tmp_path: Path) -> None:
    short, long = rates(seed=1, days=HISTORY), rates(seed=1, days=HISTORY + 5)
    assert long.startswith(short)
    lines = short.splitlines()
    assert f'"date": "{day_at(1):%Y-%m-%d}"' in lines[0]
    assert HISTORY * 0.9 < len(lines) < HISTORY
    assert rates(seed=2, days=HISTORY) != short
    file = write_rates(tmp_path, seed=1, days=0)
    stamp = file.stat().st_mtime_ns
    assert write_rates(tmp_path, seed=1, days=0).stat().st_mtime_ns == stamp
    assert file.read_text(encoding="utf-8") == short
