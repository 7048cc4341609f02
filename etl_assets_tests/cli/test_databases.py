"""Settings and databases that do not work: one clear line each, from whichever verb meets them."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import psycopg
import pytest

from etl_assets_tests.cli.conftest import Shell

NOBODY = "postgresql://me:secret@127.0.0.1:1/warehouse"  # pragma: allowlist secret - made up
HOLD = "import sys, duckdb; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
CASE = "c1|1|2014-01-01 00:00:00|a1|p1"


@pytest.fixture(autouse=True)
def _landed(shell: Shell) -> None:
    """A file, so that nothing but the database can be complained of."""
    shell.land("cases.csv", CASE)


@contextmanager
def held_by_another_program(path: str) -> Generator[None]:
    """Another process has the DuckDB file open."""
    program = [sys.executable, "-c", HOLD, path]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:  # noqa: S603 - as written above
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.communicate()


@pytest.mark.parametrize("verb", ["run", "status", "doctor"])
def test_an_unknown_setting_is_refused_by_name(shell: Shell, verb: str) -> None:
    shell.setenv("ETL_WAREHOUSE", "x")
    result = shell.call(verb)
    assert (
        result.exit_code,
        "Unknown setting ETL_WAREHOUSE in the environment. Did you mean ETL_WAREHOUSE_URL?" in result.output,
    ) == (1, True)


@pytest.mark.parametrize("arguments", [("run", "support"), ("status",), ("query", "select 1"), ("sample",)])
def test_a_bad_url_is_refused_with_the_forms_that_work(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", "oracle://host")
    line = "error: ETL_WAREHOUSE_URL has the unknown scheme 'oracle'. Use duckdb:///FILE or postgresql://"
    assert shell.error(*arguments).startswith(line)


@pytest.mark.parametrize("arguments", [("run", "support"), ("status",), ("query", "select 1")])
def test_a_server_that_cannot_be_reached_is_named_without_its_password(
    shell: Shell, arguments: tuple[str, ...]
) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", NOBODY)
    line = shell.error(*arguments)
    assert line.startswith("error: The warehouse postgresql://me:***@127.0.0.1:1/warehouse cannot be reached: ")
    assert line.endswith("Check ETL_WAREHOUSE_URL and that the server accepts connections.")
    assert "secret" not in line


def test_a_database_that_may_only_be_read_is_said_before_anything_is_done(shell: Shell, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"alter database {connection.info.dbname} set default_transaction_read_only = on".encode())
    shell.setenv("ETL_WAREHOUSE_URL", postgres_url)
    line = shell.error("run", "support")
    assert "can be read but not written" in line
    assert "read-only transaction" in line
    assert line.endswith("Let its user create schemas and tables, and its file be written.")
    assert not (shell.home / "lake").exists()


@pytest.mark.parametrize("arguments", [("run", "support"), ("status",), ("query", "select 1")])
def test_a_duckdb_file_that_another_program_holds_is_said(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell.home.mkdir(exist_ok=True)
    with held_by_another_program(str(shell.home / "warehouse.duckdb")):
        line = shell.error(*arguments)
    assert line.startswith(f"error: The warehouse {shell.home / 'warehouse.duckdb'} is held by another program.")
    assert "Close the program that has it open" in line


def test_a_file_that_is_no_database_is_said(shell: Shell) -> None:
    shell.home.mkdir(exist_ok=True)
    (shell.home / "warehouse.duckdb").write_bytes(b"no database" * 1000)
    assert shell.error("run", "support").startswith(
        f"error: The warehouse {shell.home / 'warehouse.duckdb'} cannot be opened: "
    )


@pytest.mark.parametrize("verb", ["status", "doctor", "query"])
def test_looking_at_a_warehouse_that_is_not_there_makes_nothing(shell: Shell, verb: str) -> None:
    shell.setenv("ETL_WAREHOUSE_URL", f"duckdb:///{shell.home}/new/typo.duckdb")
    before = sorted(shell.home.rglob("*"))
    result = shell.call(verb, *["select 1"][: verb == "query"])
    assert sorted(shell.home.rglob("*")) == before
    assert result.exit_code == (1 if verb == "query" else 0)


def test_a_query_of_a_warehouse_that_is_not_there_says_how_it_is_made(shell: Shell) -> None:
    line = f"error: There is no warehouse at duckdb:///{shell.home}/warehouse.duckdb yet. `etl-assets run` makes it."
    assert shell.error("query", "select 1") == line


def test_a_folder_that_cannot_be_made_is_said(shell: Shell) -> None:
    (shell.home.parent / "file").write_text("")
    shell.setenv("ETL_WAREHOUSE_URL", f"duckdb:///{shell.home.parent}/file/warehouse.duckdb")
    assert "file/warehouse.duckdb" in shell.error("run", "support")


def test_a_real_shell_gets_the_same_line_and_exit_code(shell: Shell) -> None:
    environment = os.environ | {"ETL_WAREHOUSE_URL": "mysql://host"}
    ask = [sys.executable, "-c", "from etl_assets.cli import main; main()", "query", "select 1"]
    done = subprocess.run(ask, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ETL_WAREHOUSE_URL has the unknown scheme 'mysql'.")
    assert shell.home.is_dir()
