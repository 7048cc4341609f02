"""The graph of the warehouse dms, and a run of it as a person runs it."""

from pathlib import Path

import dagster as dg
import pytest

from etl_assets.cli.execution import RunReport, run_warehouses
from etl_assets.cli.graph import datasets_of, declared
from etl_assets.definitions import defs as code_location
from etl_assets.samples.dms import write_dms
from etl_assets.settings import Settings

_TABLES = ("users", "orders", "places")


@pytest.fixture(scope="module")
def specs() -> dict[str, dg.AssetSpec]:
    """Every asset of the warehouse by its key."""
    named = {spec.key.to_user_string(): spec for spec in code_location().resolve_all_asset_specs()}
    return {key: spec for key, spec in named.items() if key.startswith("dms/")}


def run(home: Path, patch: pytest.MonkeyPatch) -> RunReport:
    patch.setenv("ETL_HOME", str(home))
    return run_warehouses(Settings.read(), ("dms",))


def test_a_declared_table_is_four_assets_and_the_command_knows_the_same(specs: dict[str, dg.AssetSpec]) -> None:
    beside = {"dms/raw/landing", "dms/raw/complete", "dms/reports/accounts"}
    layers = {f"{layer}/{name}" for layer in ("raw", "staging", "marts") for name in _TABLES}
    tables = {f"dms/{name}" for name in layers} | {f"dms/marts/{name}_history" for name in _TABLES}
    assert specs.keys() == beside | tables
    assert {dataset.name for dataset in datasets_of("dms")} == {f"dms/staging/{name}" for name in _TABLES}
    assert {*declared("dms").names} == {key for key in specs if "/raw/" not in key}


def test_group_owners_and_what_follows_are_set_for_all(specs: dict[str, dg.AssetSpec]) -> None:
    assert {spec.group_name for spec in specs.values()} == {"dms"}
    assert {tuple(spec.owners) for spec in specs.values()} == {("team:dms",)}
    assert all(spec.automation_condition for key, spec in specs.items() if "/raw/" not in key)
    deps = {key: {dep.asset_key.to_user_string() for dep in spec.deps} for key, spec in specs.items()}
    assert deps["dms/marts/users_history"] == deps["dms/marts/users"] == {"dms/staging/users"}
    assert deps["dms/staging/users"] == {"dms/raw/users"}


def test_a_run_accounts_for_every_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dms(tmp_path / "landing" / "dms")
    report = run(tmp_path, monkeypatch)
    assert report.success
    outcomes = {outcome.asset: outcome for outcome in report.outcomes}
    staged = {name: outcomes[f"dms/staging/{name}"].counts for name in _TABLES}
    assert all(one["read"] == (one["loaded"] or 0) + (one["duplicate"] or 0) for one in staged.values())
    notes = outcomes["dms/reports/accounts"].notes
    assert [note.split(",")[0] for note in notes] == ["orders: 31 files", "places: 31 files", "users: 31 files"]
    assert outcomes["dms/marts/places"].notes == [
        "places.height_variant has 2 values of height of another kind than most."
    ]


def test_an_undeclared_folder_fails_the_run_and_every_table_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_dms(tmp_path / "landing" / "dms")
    strange = tmp_path / "landing" / "dms" / "shop" / "invoices" / "LOAD00000001.csv"
    strange.parent.mkdir()
    strange.write_text("1,2\n")
    report = run(tmp_path, monkeypatch)
    states = {outcome.asset: outcome.state for outcome in report.outcomes}
    assert not report.success
    assert [asset for asset, state in states.items() if state != "done"] == ["dms/raw/complete"]
    (failed,) = [outcome for outcome in report.outcomes if outcome.state == "failed"]
    assert failed.error.startswith("1 folder of no declared table: shop/invoices (1 file).")


def test_code_references_lead_to_the_list_of_tables(specs: dict[str, dg.AssetSpec]) -> None:
    for key in ("dms/marts/users", "dms/staging/users", "dms/raw/users"):
        found = specs[key].metadata["dagster/code_references"].code_references
        assert {Path(one.file_path).name for one in found} == {"defs.yaml"}, key
