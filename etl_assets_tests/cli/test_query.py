"""``etl-assets query``: exact values, and nothing changed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.cli.conftest import Shell

VALUES = (
    "select cast(-1.50 as decimal(10, 2)) as amount, date '2020-02-29' as day, cast(null as text) as nothing,"
    " timestamp '2020-02-29 01:02:03' as at, true as yes, 'a,\"b\"' as words, cast(0.1 as double precision) as share"
)


@pytest.fixture(params=["duckdb", "postgres"])
def database(request: pytest.FixtureRequest, shell: Shell) -> Shell:
    """A shell over an empty warehouse, once on each engine."""
    if request.param == "postgres":
        shell.setenv("ETL_WAREHOUSE_URL", request.getfixturevalue("postgres_url"))
    with open_engine(Settings.read().warehouse_url).writing():
        return shell


def test_csv_has_a_header_iso_dates_decimals_as_they_are_and_null_empty(database: Shell) -> None:
    assert database.ok("query", VALUES, "--format", "csv") == (
        'amount,day,nothing,at,yes,words,share\n-1.50,2020-02-29,,2020-02-29 01:02:03,true,"a,""b""",0.1\n'
    )


@pytest.mark.parametrize("option", [("--json",), ("--format", "json")])
def test_json_has_an_object_a_row_and_keeps_a_decimal_s_digits(database: Shell, option: tuple[str, ...]) -> None:
    text = database.ok("query", VALUES, *option)
    assert '"amount": -1.50,' in text
    row = {"day": "2020-02-29", "nothing": None, "at": "2020-02-29 01:02:03", "yes": True, "words": 'a,"b"'}
    assert json.loads(text) == [{"amount": -1.5, **row, "share": 0.1}]


def test_several_rows_are_one_document_and_none_is_one_too(database: Shell) -> None:
    query = "select n from (values (1), (2)) as t (n) where n > {} order by n"
    assert json.loads(database.ok("query", query.format(0), "--json")) == [{"n": 1}, {"n": 2}]
    assert json.loads(database.ok("query", query.format(2), "--json")) == []
    assert database.ok("query", query.format(2), "--format", "csv") == "n\n"


def test_a_table_shows_every_row_and_counts_them(database: Shell) -> None:
    shown = database.ok("query", "select 'a [b] c' as word, 12345 as number, null as nothing;")
    assert [line.split() for line in shown.splitlines() if "12345" in line] == [["a", "[b]", "c", "12345"]]
    assert shown.splitlines()[-1] == "1 row"


@pytest.mark.parametrize(
    "sql",
    [
        "create table t as select 1 as n",
        "select 1; drop schema etl",
        "with gone as (delete from etl.loads returning 1) select * from gone",
        "insert into etl.loads select * from etl.loads",
        "copy (select 1) to 'file.csv'",
        "set timezone = 'UTC'",
        "",
        "call pragma_version()",
    ],
)
def test_what_is_not_one_query_is_refused(database: Shell, sql: str) -> None:
    assert database.error("query", sql).startswith("error: Only one query can be asked, and it cannot change anything.")


def test_a_query_that_cannot_be_understood_says_where(database: Shell) -> None:
    assert database.error("query", "select from where").startswith("error: ")
    assert "Line 1" in database.error("query", "select (1")


def test_what_the_engine_refuses_is_one_line(database: Shell) -> None:
    assert database.error("query", "select * from nothing").startswith("error: The warehouse refused a statement: ")


def test_two_columns_of_one_name_are_both_shown(database: Shell) -> None:
    assert database.ok("query", "select 1 as n, 2 as n", "--format", "csv") == "n,n\n1,2\n"


def test_a_query_reaches_nothing_beside_the_warehouse(shell: Shell, tmp_path: Path) -> None:
    shell.land("cases.csv", "a|b")
    shell.ok("run")
    (tmp_path / "secret.csv").write_text("canary\n")
    for sql in ("select * from read_text('{}')", "select * from read_csv('{}')", "select * from '{}'"):
        result = shell.call("query", sql.format(tmp_path / "secret.csv"))
        assert (result.exit_code, "canary" in result.output) == (1, False)
    assert shell.document("query", "select count(*) as n from support_marts.fact_cases") == [{"n": 0}]


@pytest.mark.parametrize(("word", "mend"), [("show tables", "status"), ("explain select 1", "client")])
def test_what_only_looks_like_a_query_is_refused_with_another_way(database: Shell, word: str, mend: str) -> None:
    line = database.error("query", word)
    assert line.startswith("error: Only one query can be asked, and it cannot change anything. ")
    assert mend in line


def test_values_from_and_a_table_in_brackets_are_queries(database: Shell) -> None:
    assert database.ok("query", "values (1), (2)", "--format", "csv").splitlines()[1:] == ["1", "2"]
    assert database.document("query", "(select 1 as n)") == [{"n": 1}]
    database.ok("query", "table etl.loads")


def test_a_table_is_described_where_the_engine_gives_rows_for_it(shell: Shell, postgres_url: str) -> None:
    with open_engine(Settings.read().warehouse_url).writing():
        pass
    assert shell.document("query", "describe etl.loads")[0]["column_name"] == "dataset"
    assert shell.error("query", "describe (insert into etl.loads select 1)").startswith("error: ")
    shell.setenv("ETL_WAREHOUSE_URL", postgres_url)
    assert "Ask instead: select column_name" in shell.error("query", "describe etl.loads")


def test_a_table_that_is_missing_is_told_with_what_is_near(database: Shell) -> None:
    line = database.error("query", "select * from etl.load")
    assert line.endswith("`etl-assets status` lists the tables.")
    assert ('Did you mean "loads"?' in line) == ("DuckDB" in line or "Catalog" in line)
    with open_engine(Settings.read().warehouse_url).reading() as session, pytest.raises(WarehouseError) as refused:
        session.rows("select l.datase from etl.loads as l")
    assert "dataset" in refused.value.message


def test_an_object_has_no_name_twice(database: Shell) -> None:
    line = database.error("query", "select 1 as n, 2 as n, 3 as m", "--format", "json")
    assert line == (
        "error: Several columns are called n, which an object cannot hold."
        " Name each with `as`, or ask for --format csv."
    )


def test_the_parser_says_nothing_of_its_own(shell: Shell) -> None:
    ask = [sys.executable, "-c", "from etl_assets.cli import main; main()", "query", "explain select 1"]
    done = subprocess.run(ask, env={**os.environ}, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert not shell.home.exists()


def test_what_was_known_at_a_time_can_be_asked(database: Shell) -> None:
    database.ok("sample", "support")
    late = database.home / "landing" / "support" / "analysts_2012.csv"
    late.rename(database.home / late.name)
    database.ok("run", "support")
    (then,) = json.loads(database.ok("query", "select max(loaded_at) as at from etl.loads", "--json"))
    ask = "select aid, team, valid_from::date::text as day, analyst_key from support_marts.dim_analysts order by 1, 3"
    before = database.ok("query", ask, "--format", "csv")
    (database.home / late.name).rename(late)
    database.ok("run", "support")
    assert database.ok("query", ask, "--format", "csv") != before
    assert database.ok("query", ask, "--format", "csv", "--as-known-at", then["at"] + "+00:00") == before


@pytest.mark.parametrize(
    ("at", "sql", "said"),
    [
        ("never", "select 1", "'never' is not a time as 2026-01-31T18:00:00"),
        ("2020-01-01", "select 1", "names no table of a warehouse"),
        ("2020-01-01", "select * from support_marts.dim_nobody", "support/marts/dim_nobody is not declared"),
        ("2020-01-01", "select * from support_marts.dim_analysts", "Nothing had been loaded by 2020-01-01 00:00:00"),
    ],
)
def test_a_past_that_is_not_there_is_refused(shell: Shell, at: str, sql: str, said: str) -> None:
    shell.ok("run", "support")
    done = shell.call("query", sql, "--as-known-at", at)
    assert done.exit_code != 0
    assert said in done.stderr


def test_a_single_load_is_one_load(shell: Shell) -> None:
    shell.land("cases.csv", "c1|1|2014-01-01 00:00:00|a1|p1")
    shell.ok("run")
    done = shell.call("query", "select cid from support_staging.cases", "--as-known-at", "2100-01-01")
    assert (done.exit_code, done.stderr) == (0, "as known at 2100-01-01 00:00:00: 1 load\n")
