"""Whether the daemon works, told by its heartbeats."""

import json
import time
from pathlib import Path

import dagster as dg
import pytest
from click.testing import CliRunner
from dagster._daemon.types import DaemonHeartbeat

from etl_assets.cli import command


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Dagster's records of nothing yet."""
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    return tmp_path


def beat(home: Path, *, seconds_ago: float, but: str = "") -> None:
    """Let every part of the daemon have worked so long ago, but for one."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        for name in instance.get_required_daemon_types():
            if name != but:
                instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - seconds_ago, name, "1"))


def asked(*arguments: str) -> tuple[int, dict[str, bool]]:
    result = CliRunner().invoke(command, ["alive", "--json", *arguments])
    return result.exit_code, {pulse["daemon"]: pulse["ok"] for pulse in json.loads(result.stdout)}


def test_a_daemon_that_worked_a_moment_ago_is_alive(home: Path) -> None:
    beat(home, seconds_ago=30)
    code, found = asked()
    assert code == 0
    assert {"SCHEDULER", "SENSOR", "ASSET"} <= found.keys()
    assert all(found.values())


def test_one_that_has_been_silent_is_not(home: Path) -> None:
    beat(home, seconds_ago=300)
    assert asked()[0] == 1
    assert asked("--within", "600")[0] == 0


def test_a_part_that_never_worked_is_named(home: Path) -> None:
    beat(home, seconds_ago=1, but="SENSOR")
    code, found = asked()
    assert (code, found["SENSOR"], found["SCHEDULER"]) == (1, False, True)


def test_without_dagsters_home_there_is_nothing_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    result = CliRunner().invoke(command, ["alive"])
    assert result.exit_code == 1
    assert "DAGSTER_HOME" in result.output
