"""DuckDB as a library is closed to everything but the files that it is given."""

from pathlib import Path

import duckdb
import pytest

from etl_assets.warehouse.load.library import duckdb_on

ATTEMPTS = (
    "select * from read_csv($path)",
    "select * from read_text($path)",
    "select * from glob($path)",
    "attach $path as x",
    "attach 'other.duckdb' as x",
    "copy (select 1) to $path",
    "install httpfs",
    "set enable_external_access = true",
    "set allowed_paths = [$path]",
    "set threads = 64",
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    given, other = tmp_path / "it's given.csv", tmp_path / "other.csv"
    given.write_text("a\n1\n")
    other.write_text("secret\n1\n")
    return [given, other]


def test_what_is_given_can_be_read(files: list[Path]) -> None:
    with duckdb_on([str(files[0])], threads=1, memory_limit="100MB") as connection:
        assert connection.execute("select a from read_csv($path)", {"path": str(files[0])}).fetchall() == [(1,)]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_nothing_else_can(files: list[Path], attempt: str) -> None:
    values = {"path": str(files[1])} if "$path" in attempt else None
    with duckdb_on([str(files[0])], threads=1, memory_limit="100MB") as connection, pytest.raises(duckdb.Error):
        connection.execute(attempt, values).fetchall()
