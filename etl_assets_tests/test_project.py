"""The files around the code: what Dagster, pip and docker compose are told, tried where it can be."""

import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).parents[1]
STORED = {"storage", "local_artifact_storage", "compute_logs"}


def read_yaml(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def locked(name: str) -> dict[str, str]:
    """Each locked requirement and what follows it: its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return {entry.partition(" \\\n")[0]: entry for entry in entries}


@pytest.fixture
def one_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster as ``dagster.yaml`` sets it up, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(ROOT)) as instance:
        yield instance


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> Iterator[dg.DagsterInstance]:
    """Dagster as ``deploy/dagster.yaml`` sets it up, its storage in a real PostgreSQL."""
    place = conninfo_to_dict(postgres_url)
    settings = {
        "DAGSTER_POSTGRES_HOST": place["host"],
        "DAGSTER_POSTGRES_PORT": place["port"],
        "DAGSTER_POSTGRES_DB": place["dbname"],
        "DAGSTER_POSTGRES_USER": place["user"],
        "DAGSTER_POSTGRES_PASSWORD": place["user"],
        "DAGSTER_FILES": tmp_path / "files",
        "DAGSTER_LOGS": tmp_path / "logs",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    with dg.DagsterInstance.from_config(str(ROOT / "deploy")) as instance:
        yield instance


@dg.asset
def three_rows() -> dg.MaterializeResult[Any]:
    return dg.MaterializeResult(metadata={"dagster/row_count": 3})


@pytest.mark.parametrize("kind", ["one_machine", "team"])
def test_dagster_records_a_run_in_the_storage_it_is_told_to_use(kind: str, request: pytest.FixtureRequest) -> None:
    instance: dg.DagsterInstance = request.getfixturevalue(kind)
    assert dg.materialize([three_rows], instance=instance).success
    event = instance.get_latest_materialization_event(dg.AssetKey("three_rows"))
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["dagster/row_count"].value == 3


def test_on_one_machine_dagster_writes_below_var_only(one_machine: dg.DagsterInstance, tmp_path: Path) -> None:
    dg.materialize([three_rows], instance=one_machine)
    assert [entry.name for entry in tmp_path.iterdir()] == ["var"]


def test_a_killed_worker_frees_its_slot_and_is_tried_again(one_machine: dg.DagsterInstance) -> None:
    assert type(one_machine.run_coordinator).__name__ == "QueuedRunCoordinator"
    assert one_machine.run_monitoring_enabled
    assert one_machine.run_monitoring_start_timeout_seconds == 180
    assert one_machine.run_monitoring_settings["free_slots_after_run_end_seconds"] == 60
    assert (one_machine.run_retries_enabled, one_machine.run_retries_max_retries) == (True, 2)
    assert not one_machine.run_retries_retry_on_asset_or_op_failure
    assert not one_machine.telemetry_enabled


def test_a_team_and_one_machine_differ_in_storage_only() -> None:
    team, one_machine = read_yaml("deploy/dagster.yaml"), read_yaml("dagster.yaml")
    assert {key for key in team.keys() | one_machine.keys() if team.get(key) != one_machine.get(key)} == STORED


@pytest.mark.parametrize("name", ["requirements.lock", "deploy/requirements.lock", "docs/requirements.lock"])
def test_every_locked_package_has_one_version_and_hashes_and_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")
    for package, entry in locked(name).items():
        assert re.match(r"[a-z0-9-]+==[\w.]+( ; .+)?$", package)
        assert "--hash=sha256:" in entry


def test_what_is_deployed_is_what_is_tested() -> None:
    deployed, tested = (
        {package.partition(" ;")[0] for package in locked(name)}
        for name in ("deploy/requirements.lock", "requirements.lock")
    )
    assert deployed < tested


def test_what_takes_screenshots_is_not_needed_otherwise_and_changes_no_version() -> None:
    beside, tested = (
        dict(package.partition(" ;")[0].split("==") for package in locked(name))
        for name in ("docs/requirements.lock", "requirements.lock")
    )
    assert "playwright" in beside.keys() - tested.keys()
    assert {name: beside[name] for name in beside.keys() & tested.keys()}.items() <= tested.items()


def test_every_declared_dependency_is_locked_at_a_version_it_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    versions = dict(package.partition(" ;")[0].split("==") for package in locked("deploy/requirements.lock"))
    for requirement in map(Requirement, project["project"]["dependencies"]):
        assert versions[requirement.name.lower()] in requirement.specifier


def test_compose_publishes_ports_on_loopback_only_and_holds_no_password() -> None:
    services = read_yaml("docker-compose.yml")["services"]
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)
    variables = [item for service in services.values() for item in service["environment"].items()]
    passwords = [value for name, value in variables if "PASSWORD" in name]
    assert len(passwords) == 5
    assert all(value.startswith("${") and ":?" in value for value in passwords)


def test_a_taken_port_is_named_before_dagster_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        program = [sys.executable, str(ROOT / "deploy" / "dev.py"), port]
        done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own program
    assert (done.returncode, done.stderr.startswith(f"dev: port {port} is taken; ")) == (1, True)


def test_a_wheel_carries_the_models_and_the_project_file(tmp_path: Path) -> None:
    wheel = next(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = zipfile.ZipFile(wheel).namelist()
    models = [f"etl_assets/{file.relative_to(ROOT)}" for file in (ROOT / "sql").rglob("*.sql")]
    assert {"etl_assets/pyproject.toml", "etl_assets/errors.py", *models} <= set(names)
    assert not [name for name in names if name.startswith("etl_assets_tests")]


def test_a_declared_time_is_written_as_the_pages_say_and_the_linter_lets_it_pass() -> None:
    declared = '"""What lands."""\n\nfrom datetime import datetime\n\nSINCE = datetime(2024, 1, 1)\n'
    place = ("--stdin-filename", "etl_assets/defs/shop/raw.py")
    line = [str(Path(sys.executable).with_name("ruff")), "check", "--ignore", "INP001", *place, "-"]
    done = subprocess.run(line, cwd=ROOT, input=declared, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter
    assert done.returncode == 0, done.stdout
