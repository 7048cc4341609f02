"""No table is skipped in silence: undeclared folders, tables that cannot be declared, tables that get no files."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from time import time

import dagster as dg
import pytest

from etl_assets.components.bucket import read_bucket
from etl_assets.components.dms import definitions_of
from etl_assets.factories.nothing_skipped import ARRIVES, DECLARED, FOLDERS, Expected, nothing_skipped, watch_sensor
from etl_assets.warehouse.rhythm import late
from etl_assets_tests.defs.dms.bucket import USERS, Filled
from etl_assets_tests.factories.test_lateness import Heard

_LATE = f"{USERS}      arrives_within: 2 days\n"
_BROKEN = "    - table: '{{ env.NEVER_SET }}/x'\n      key: id\n      columns: {id: text}\n"
_NOW = datetime.fromisoformat("2024-01-10")
_WRITTEN = int(datetime.fromisoformat("2024-01-09T00:00:00+00:00").timestamp())


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """A bucket with users, of which a file is expected every two days."""
    (tmp_path / "landing" / "dms").mkdir(parents=True)
    return Filled.of(tmp_path, f"duckdb:///{tmp_path / 'warehouse.duckdb'}", _LATE)


def expected(filled: Filled, broken: Mapping[str, str] | None = None) -> Expected:
    folders = frozenset({table.folder for table in filled.bucket.tables} | set(broken or {}))
    return Expected(warehouse="dms", datasets=filled.bucket.datasets, folders=folders, broken=broken or {})


def made(filled: Filled, what: Expected) -> dg.ExecuteInProcessResult:
    """The asset, made by itself."""
    resources = {"landing": filled.folder / "landing", "warehouse": filled.engine}
    return dg.materialize([nothing_skipped(what)], resources=resources, raise_on_error=False)


def _keys(asset: object) -> Iterable[dg.AssetKey]:
    assert isinstance(asset, dg.AssetsDefinition)
    return asset.keys


def passed(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    return {one.check_name: one.passed for one in result.get_asset_check_evaluations()}


def said(result: dg.ExecuteInProcessResult) -> str:
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    data = failure.step_failure_data.user_failure_data
    return (data.description if data else None) or ""


def told(filled: Filled, what: Expected, times: int = 1) -> Heard:
    """Who is told by some ticks of the sensor."""
    heard, cursor = Heard(), None
    sensor = watch_sensor(what)
    for _ in range(times):
        resources = {"landing": filled.folder / "landing", "warehouse": filled.engine, "notifier": heard}
        with dg.build_sensor_context(cursor=cursor, resources=resources) as context:
            cursor = sensor.evaluate_tick(context).cursor
    return heard


def test_a_folder_that_is_no_table_fails_the_run_by_its_name(filled: Filled) -> None:
    filled.land("app/users/LOAD00000001.csv", "1,Ann,Rome,2020-01-01\n")
    filled.land("app/users/readme.txt", "a file of a declared table's folder is not the folder's fault")
    assert passed(made(filled, expected(filled))) == {FOLDERS: True, DECLARED: True, ARRIVES: False}
    filled.land("app/strangers/LOAD00000001.csv", "1\n")
    filled.land("app/strangers/20240101-000000000.csv", "I,1\n")
    result = made(filled, expected(filled))
    assert not result.success
    assert said(result).startswith("1 folder of no declared table: app/strangers (2 files).")
    assert passed(result)[FOLDERS] is False


def test_a_table_that_cannot_be_declared_fails_the_run_by_its_name_and_others_are_there(filled: Filled) -> None:
    bucket = read_bucket(_LATE + _BROKEN, "defs.yaml", {}.get)
    result = made(filled, expected(filled, bucket.broken))
    assert passed(result)[DECLARED] is False
    assert "the variable NEVER_SET is not set" in said(result)
    keys = {key.to_user_string() for asset in definitions_of(bucket).assets or () for key in _keys(asset)}
    assert {"dms/marts/users", "dms/raw/complete"} <= keys
    assert not any("/x" in key for key in keys)


def test_a_bucket_of_which_no_table_can_be_declared_says_so_and_the_code_location_loads(filled: Filled) -> None:
    bucket = read_bucket(f"attributes:\n  tables:\n{_BROKEN}", "defs.yaml", {}.get)
    found = definitions_of(bucket)
    assert [key.to_user_string() for asset in found.assets or () for key in _keys(asset)] == ["dms/raw/complete"]
    what = Expected(warehouse="dms", datasets=(), folders=frozenset(), broken=bucket.broken)
    assert "the variable NEVER_SET is not set" in said(made(filled, what))


def test_a_table_is_late_when_its_newest_file_is_older_than_its_rhythm(filled: Filled) -> None:
    datasets = filled.bucket.datasets
    (never,) = late(filled.engine, datasets, _NOW)
    assert never.said() == "dms/staging/users has never got a file"
    filled.land("app/users/20240107-230000000.csv", "I,1,Ann,Rome,2020-01-01\n", at=_WRITTEN)
    filled.run()
    (one,) = late(filled.engine, datasets, _NOW)
    assert one.said() == (
        "dms/staging/users has its newest file of 2024-01-07 23:00, and another was due by 2024-01-09 23:00"
    )
    assert late(filled.engine, datasets, _NOW - timedelta(hours=2)) == ()
    filled.land("app/users/20240108-010000000.csv", "I,2,Bob,Rome,2020-01-01\n", at=_WRITTEN)
    filled.run()
    assert late(filled.engine, datasets, _NOW) == ()
    assert late(filled.engine, Filled.of(filled.folder, filled.url, USERS).bucket.datasets, _NOW) == ()


def test_one_file_of_a_time_to_come_does_not_keep_a_table_from_being_late(filled: Filled) -> None:
    filled.land("app/users/20990101-000000000.csv", "I,1,Ann,Rome,2020-01-01\n", at=_WRITTEN)
    filled.run()
    assert late(filled.engine, filled.bucket.datasets, _NOW) == ()
    (one,) = late(filled.engine, filled.bucket.datasets, _NOW + timedelta(days=2))
    assert one.newest_at == datetime.fromisoformat("2024-01-09")


def test_people_are_told_once_of_each(filled: Filled) -> None:
    filled.land("app/strangers/LOAD00000001.csv", "1\n")
    heard = told(filled, expected(filled, {"{{ env.X }}/y": "X is not set."}), times=3)
    assert heard.heard == [
        ("error", "the folder app/strangers is no declared table"),
        ("error", "the table {{ env.X }}/y cannot be loaded"),
        ("error", "the table dms/staging/users gets no files"),
    ]
    assert heard.messages[0].body == "It has 1 file. Declare it as a table, or stop its files."
    assert heard.messages[0].about == "dms"


def test_nobody_is_told_of_nothing(filled: Filled) -> None:
    filled.land(f"app/users/{datetime.now():%Y%m%d}-000000000.csv", "I,1,Ann,Rome,2020-01-01\n", at=int(time()))  # noqa: DTZ005 - today's
    filled.run()
    assert told(filled, expected(filled)).heard == []
