"""Dagster's records of old runs go, and none that says how things stand."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml

from etl_assets.factories.upkeep import prune

YEARS = dg.StaticPartitionsDefinition(["2010", "2011"])


@dg.asset
def table() -> None:
    """Something that is made again and again."""


@dg.asset(partitions_def=YEARS)
def by_year() -> None:
    """Something that is made year by year."""


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    """Records of nothing yet."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def made(instance: dg.DagsterInstance, asset: dg.AssetsDefinition, year: str | None = None) -> str:
    return dg.materialize([asset], instance=instance, partition_key=year).run_id


def pruned(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, *, days_later: int) -> set[str]:
    """The runs that are left of those before, so many days later."""
    before = {run.run_id for run in instance.get_runs()}

    class Later(datetime):
        """A clock that is ahead."""

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]  # - the one call that is made
            del tz
            return datetime.now(UTC) + timedelta(days=days_later)

    monkeypatch.setattr("etl_assets.factories.upkeep.datetime", Later)
    assert prune.execute_in_process(instance=instance).success
    return before & {run.run_id for run in instance.get_runs()}


def test_an_old_run_goes_when_a_newer_one_has_made_the_same(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(instance, table)
    newer = made(instance, table)
    assert pruned(instance, monkeypatch, days_later=91) == {newer}
    assert instance.get_latest_materialization_event(dg.AssetKey("table")) is not None


def test_nothing_of_an_old_run_is_left_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"storage": {"sqlite": {"base_dir": str(tmp_path / "kept")}}, "telemetry": {"enabled": False}}
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(settings))
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        old, newer = made(instance, table), made(instance, table)
        assert [path for path in tmp_path.rglob("*") if old in path.name]
        assert pruned(instance, monkeypatch, days_later=91) == {newer}
    assert [path for path in tmp_path.rglob("*") if old in path.name] == []
    assert [path for path in tmp_path.rglob("*") if newer in path.name]


def test_what_a_partition_was_last_made_by_stays(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = made(instance, by_year, "2010"), made(instance, by_year, "2011")
    third = made(instance, by_year, "2011")
    assert pruned(instance, monkeypatch, days_later=91) == {first, third}
    assert second not in {first, third}


def test_a_run_of_the_last_days_stays(instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = {made(instance, table), made(instance, table)}
    assert pruned(instance, monkeypatch, days_later=89) == runs
