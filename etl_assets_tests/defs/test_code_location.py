"""The code location, loaded by Dagster's own programs: silent, and doing what the command does."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from etl_assets.cli.execution import run_warehouses
from etl_assets.definitions import defs
from etl_assets.names import TableName
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine

ROOT = Path(__file__).parents[2]
MODULE = ("-m", "etl_assets.definitions")
SUPERSEDED = "is superseded and its usage is discouraged"
FILES = {
    "analysts_2010.csv": "a1,Ann,Team1,A,2009-01-01 00:00:00,2009-01-01 00:00:00\n",
    "analysts_2014.csv": "a1,Ann,Team2,,2009-01-01 00:00:00,2014-01-01 00:00:00\n",
    "cases.csv": "c1,1,2012-01-01 00:00:00,a1,p1\nc2,1,2014-01-01 00:00:00,a1,p1\n",
    "logs.csv": "2012-01-01 03:00:00,c1,Assigned to analyst\n",
}


def call(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Call one of Dagster's programs, with its home and ours in a folder."""
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    (home / "dagster" / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    environment = os.environ | {"ETL_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    program = str(Path(sys.executable).with_name(command[0]))
    line = [program, *command[1:]]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - Dagster's own programs


def land(home: Path) -> None:
    """Put a few files into a landing folder."""
    folder = home / "landing" / "support"
    folder.mkdir(parents=True)
    for number, (name, text) in enumerate(FILES.items()):
        (folder / name).write_text(text)
        os.utime(folder / name, (number, number))


def tables(home: Path) -> dict[str, list[str]]:
    """Every row of every mart and report of the warehouse that was run."""
    keys = [spec.key for spec in defs().resolve_all_asset_specs()]
    names = [key.to_user_string() for key in keys if key.path[0] == "support"]
    with open_engine(f"duckdb:///{home / 'warehouse.duckdb'}").reading() as session:
        return {
            name: sorted(map(repr, session.rows(f"select * from {TableName.parse(name).qualified}")))
            for name in names
            if "/raw/" not in name
        }


@pytest.fixture(scope="module")
def by_command(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What ``etl-assets run`` makes of the files."""
    home = tmp_path_factory.mktemp("command")
    land(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETL_HOME", str(home))
        assert run_warehouses(Settings.read(), ("support",)).success
    return tables(home)


@pytest.mark.parametrize(
    "command",
    [
        ("dagster", "asset", "materialize", *MODULE, "--select", "group:support"),
        ("dg", "launch", "--assets", "group:support"),
        ("dg", "launch", "--job", "support"),
    ],
    ids=lambda command: " ".join(command[:3]),
)
def test_dagster_s_programs_do_what_the_command_does(
    by_command: dict[str, list[str]], tmp_path: Path, command: tuple[str, ...]
) -> None:
    land(tmp_path)
    done = call(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path) == by_command
    assert len(by_command["support/marts/fact_cases"]) == 2
    assert "Executing steps in process" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("dg", "check", "defs"),
        ("dg", "check", "yaml"),
        ("dagster", "definitions", "validate"),
        ("dagster", "definitions", "validate", *MODULE),
    ],
    ids=" ".join,
)
def test_dagster_s_programs_find_nothing_to_complain_of(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = call(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    said = [line for line in (done.stdout + done.stderr).splitlines() if "arning" in line or "WARN" in line]
    assert [line for line in said if SUPERSEDED not in line] == []


def test_nothing_is_connected_and_nothing_written_while_it_loads(tmp_path: Path) -> None:
    assert call(tmp_path, "dg", "check", "defs").returncode == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["dagster"]


def test_it_has_what_dagster_s_own_loader_finds() -> None:
    ours, theirs = defs(), dg.load_from_defs_folder(path_within_project=ROOT)
    assert ours.resolve_asset_graph().asset_check_keys == theirs.resolve_asset_graph().asset_check_keys
    specs = [{spec.key: spec for spec in one.resolve_all_asset_specs()} for one in (ours, theirs)]
    assert specs[0] == specs[1]
    assert {job.name for job in ours.resolve_all_job_defs()} == {job.name for job in theirs.resolve_all_job_defs()}
