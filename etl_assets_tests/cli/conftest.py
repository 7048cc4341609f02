"""The command, called as from a shell with an empty home."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from etl_assets.cli import command
from etl_assets.warehouse.engines import Engine, open_engine


@dataclass(frozen=True)
class Shell:
    """Calls the command.

    Args:
        home: ``ETL_HOME``.
        setenv: Sets a variable for what follows.
    """

    home: Path
    setenv: Callable[[str, str], None]

    def call(self, *arguments: str) -> Result:
        """Call the command in this process."""
        return CliRunner().invoke(command, arguments)

    def ok(self, *arguments: str) -> str:
        """What a call prints that has to go well."""
        result = self.call(*arguments)
        assert result.exit_code == 0, (result.stdout, result.stderr)
        return result.stdout

    def document(self, *arguments: str) -> Any:  # noqa: ANN401 - whatever the verb prints
        """What ``--json`` prints, whether it goes well or not."""
        return json.loads(self.call(*arguments, "--json").stdout)

    def error(self, *arguments: str) -> str:
        """The one line that a call prints that has to fail."""
        result = self.call(*arguments)
        assert result.exit_code == 1, (result.stdout, result.stderr)
        assert "Traceback" not in result.stdout + result.stderr
        (line,) = result.stderr.splitlines()
        return line

    def land(self, name: str, *lines: str) -> None:
        """Put a file into the support warehouse's landing folder: cells between bars."""
        path = self.home / "landing" / "support" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(",".join(f'"{cell}"' for cell in line.split("|")) + "\n" for line in lines))


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A shell whose home is an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ETL_HOME", str(tmp_path / "home"))
    return Shell(tmp_path / "home", monkeypatch.setenv)


@pytest.fixture(params=["duckdb", "postgres"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """An empty warehouse; the test runs once on each engine."""
    if request.param == "duckdb":
        return open_engine(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    return open_engine(request.getfixturevalue("postgres_url"))
