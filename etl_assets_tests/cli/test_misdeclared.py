"""Declarations that cannot work, in a copy of the project: the file, the line or the model is named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl_assets.names import DEFS_ROOT, SQL_ROOT

_MAIN = "from etl_assets.cli import main; main()"
_MARTS = "etl_assets/defs/support/marts.py"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package and its SQL."""
    for folder in (DEFS_ROOT.parent, SQL_ROOT):
        shutil.copytree(folder, tmp_path / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def error(copy: Path, *arguments: str) -> str:
    """What a call says on its error stream, which has to fail."""
    line = [sys.executable, "-c", _MAIN, *arguments]
    home = os.environ | {"ETL_HOME": str(copy / "var")}
    done = subprocess.run(line, cwd=copy, env=home, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert done.returncode == 1, done.stdout
    return done.stderr


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_model_that_reads_what_is_not_there_is_named_with_what_is(copy: Path) -> None:
    change(copy / "sql/support/marts/dim_analysts.sql", "support_staging.analysts", "support_staging.analyst")
    said = "error: support/marts/dim_analysts reads support/staging/analyst, which is not there. Known are "
    for arguments in (["run"], ["restate", "support_marts.dim_analysts"]):
        assert f"{said}support/staging/analysts, " in error(copy, *arguments)


def test_a_declaration_that_python_refuses_is_named_with_its_line(copy: Path) -> None:
    file = copy / _MARTS
    change(file, "MODELS = (", "MODELS = (nobody, ")
    place = next(n for n, line in enumerate(file.read_text().splitlines(), 1) if "nobody" in line)
    assert f"error: {_MARTS}, line {place}: NameError: name 'nobody' is not defined. Correct it." in error(copy, "run")
