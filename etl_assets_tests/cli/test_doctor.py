"""``etl-assets doctor``: each thing a line, ok or with its mend."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from etl_assets.cli.doctor import refuse_old
from etl_assets.errors import WarehouseError
from etl_assets_tests.cli.conftest import Shell

NOBODY = "postgresql://me:secret@127.0.0.1:1/warehouse"  # pragma: allowlist secret - made up
THINGS = [
    "python",
    "packages",
    "settings",
    "disk",
    "landing",
    "lake",
    "processed",
    "exports",
    "totesys",
    "warehouse",
    "dagster",
]


def finding(shell: Shell, what: str) -> dict[str, object]:
    return next(found for found in shell.document("doctor") if found["what"] == what)


def test_on_a_bare_machine_all_is_well(shell: Shell) -> None:
    lines = shell.ok("doctor").splitlines()
    assert [line.split()[:2] for line in lines] == [["ok", thing] for thing in THINGS]


def test_on_postgres_all_is_well_and_nothing_is_left_there(shell: Shell, postgres_url: str) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", postgres_url)
    assert finding(shell, "warehouse")["ok"]
    schemas = "select schema_name from information_schema.schemata where schema_name = 'etl'"
    assert shell.document("query", schemas) == []


def test_a_bad_setting_is_the_last_line(shell: Shell) -> None:
    shell.setenv("ETL_LAKE_URL", "ftp://host/lake")
    result = shell.call("doctor")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == (
        "mend settings   ETL_LAKE_URL is ftp://host/lake, which is neither a folder nor a bucket."
        " Give the path of a folder, or s3://bucket/prefix."
    )


def test_a_server_that_does_not_answer_is_said_and_the_rest_is_looked_at(shell: Shell) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", NOBODY)
    result = shell.call("doctor")
    assert result.exit_code == 1
    marks = [line.split()[0] for line in result.stdout.splitlines()]
    assert marks == ["ok"] * 9 + ["mend", "ok"]
    assert "secret" not in result.stdout


@pytest.mark.parametrize(
    ("setting", "thing"), [("ETL_LAKE_URL", "lake"), ("ETL_PROCESSED_URL", "processed"), ("ETL_LANDING_URL", "landing")]
)
def test_a_file_in_the_place_of_a_folder_is_said(shell: Shell, tmp_path: Path, setting: str, thing: str) -> None:
    (tmp_path / "file").write_text("")
    shell.setenv(setting, str(tmp_path / "file"))
    found = finding(shell, thing)
    assert (found["ok"], str(found["said"]).startswith(str(tmp_path / "file"))) == (False, True)


def test_the_landing_folder_s_warehouses_are_named(shell: Shell) -> None:
    shell.land("cases.csv")
    assert finding(shell, "landing")["said"] == f"{shell.home / 'landing'} has support"


def test_dagster_s_home_needs_its_file(shell: Shell, tmp_path: Path) -> None:
    shell.setenv("DAGSTER_HOME", str(tmp_path))
    assert not finding(shell, "dagster")["ok"]
    (tmp_path / "dagster.yaml").write_text("")
    assert finding(shell, "dagster")["ok"]


def test_a_full_disk_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5e8))
    assert str(finding(shell, "disk")["said"]).startswith("Only 0.5 GB are free where ")


def test_another_version_than_declared_is_said(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl_assets.cli.doctor.requires", lambda _: ["click<2", "rich"])
    assert str(finding(shell, "packages")["said"]).startswith("Not the declared versions: click 8")


def test_an_old_postgres_is_said() -> None:
    with pytest.raises(WarehouseError, match=r"The warehouse is on PostgreSQL 12\.4"):
        refuse_old("PostgreSQL 12.4 (Debian), compiled by gcc")
    refuse_old("PostgreSQL 13.0 on x86_64")
    refuse_old("v2.0.0")
