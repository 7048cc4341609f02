"""``etl-assets test``: the project's own trials pass, and one that fails says which rows differ."""

import json
from pathlib import Path

import pytest

from etl_assets.cli import test as verb
from etl_assets.names import SQL_ROOT
from etl_assets_tests.cli.conftest import Shell

LATE = SQL_ROOT / "support" / "tests" / "a_late_change_of_team.yaml"


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a trial, to change."""
    path = tmp_path / "sql" / "support" / "tests" / "late.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(LATE.read_text())
    monkeypatch.setattr(verb, "SQL_ROOT", tmp_path / "sql")
    return path


def test_the_project_s_own_trials_pass(shell: Shell) -> None:
    found = shell.document("test")
    assert {Path(each["file"]).stem for each in found} == {path.stem for path in SQL_ROOT.glob("*/tests/*.yaml")}
    assert all(each["passed"] for each in found), found
    assert not (shell.home / "warehouse.duckdb").exists()


def test_rows_that_differ_are_shown(shell: Shell, trial: Path) -> None:
    trial.write_text(trial.read_text().replace("0-1,Team2,a,2012", "0-1,Team4,a,2012"))
    done = shell.call("test", "support")
    assert done.exit_code == 1
    assert "failed support: late" in done.stdout
    missing, unexpected = done.stdout.split("not expected: 1 row")
    assert "missing: 1 row" in missing
    assert "Team4" in missing
    assert "Team2" in unexpected


def test_a_trial_that_cannot_be_played_says_why_and_the_others_go_on(shell: Shell, trial: Path) -> None:
    (trial.parent / "broken.yaml").write_text("table: x")
    found = json.loads(shell.call("test", "--json").stdout)
    assert [(each["passed"], "no trial" in each["error"]) for each in found] == [(False, True), (True, False)]


def test_some_may_be_named(shell: Shell, trial: Path) -> None:
    (trial.parent / "broken.yaml").write_text("table: x")
    assert "ok support: late" in shell.ok("test", "-k", "late")
    assert shell.error("test", "-k", "never") == "error: No trial has 'never' in its name. There are broken, late."


def test_without_a_trial_it_says_how_to_write_one(shell: Shell, trial: Path) -> None:
    trial.unlink()
    assert "There is nothing to try. Write sql/<warehouse>/tests/" in shell.error("test", "-k", "never")


def test_a_table_may_be_named_as_in_the_database(shell: Shell, trial: Path) -> None:
    trial.write_text(trial.read_text().replace("support/marts/dim_analysts", "support_marts.dim_analysts"))
    assert "ok support: late" in shell.ok("test")
