"""``etl-assets restate``: what other hands have changed is put right, and nothing else is written."""

import pytest

from etl_assets.settings import Settings
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.cli.conftest import Shell

DIMENSION, FACT = "support_marts.dim_analysts", "support_marts.fact_cases"
VERSION = f"(select max(analyst_key) from {DIMENSION} where {{}} and not is_inferred)"
WRONG = (
    f"update {DIMENSION} set team = 'Nobody' where analyst_key = {VERSION.format('is_current')}",
    f"delete from {DIMENSION} where analyst_key = {VERSION.format('not is_current')}",
    f"update {FACT} set hours_to_assign = -1, analyst_key = -1 where cid = (select min(cid) from {FACT})",
)


@pytest.fixture(params=["duckdb", "postgres"])
def built(request: pytest.FixtureRequest, shell: Shell) -> Shell:
    """A shell over a built warehouse, once on each engine."""
    if request.param == "postgres":
        shell.setenv("ETL_WAREHOUSE_URL", request.getfixturevalue("postgres_url"))
    shell.ok("sample", "support")
    shell.ok("run", "support")
    return shell


def tables(shell: Shell) -> list[str]:
    """Every cell of the dimension and the fact."""
    return [shell.ok("query", f"select * from {name} order by 1, 2", "--format", "csv") for name in (DIMENSION, FACT)]


def test_what_other_hands_changed_is_put_right(built: Shell) -> None:
    before = tables(built)
    with open_engine(Settings.read().warehouse_url).writing() as session:
        for statement in WRONG:
            assert session.run(statement) == 1
    assert tables(built) != before
    found = {report["model"]: report for report in built.document("restate", "support_marts.dim_analysts")}
    assert tables(built) == before
    dimension, fact = found["support/marts/dim_analysts"], found["support/marts/fact_cases"]
    assert dimension["inserted"] + dimension["updated"] + dimension["deleted"] == 2
    assert fact["inserted"] + fact["updated"] + fact["deleted"] <= 1
    again = built.document("restate", "support/marts/dim_analysts")
    assert all(report[what] == 0 for report in again for what in ("inserted", "updated", "deleted"))


def test_from_a_time_on_only_keys_that_were_observed_since_are_computed_again(built: Shell) -> None:
    before = tables(built)
    wrong = f"update {DIMENSION} set team = 'Nobody' where analyst_key = (select min(analyst_key) from {DIMENSION}"
    ends = "select aid from {} group by aid having max(valid_from) {} timestamp '2012-01-01'"
    with open_engine(Settings.read().warehouse_url).writing() as session:
        for when in ("<", ">="):
            assert session.run(f"{wrong} where aid in ({ends.format(DIMENSION, when)}))") == 1
    [report] = built.document("restate", DIMENSION, "--from", "2012-01-01")
    assert report["updated"] == 1
    assert tables(built) != before
    assert built.document("restate", DIMENSION)[0]["updated"] == 1
    assert tables(built) == before


def test_what_has_no_history_is_not_computed_again_from_a_time_on(shell: Shell) -> None:
    said = shell.error("restate", FACT, "--from", "2012-01-01")
    assert "support/marts/fact_cases has no history" in said


def test_a_table_that_is_not_built_is_named(shell: Shell) -> None:
    assert "support/marts/dim_nobody is not built from anything" in shell.error("restate", "support_marts.dim_nobody")
    assert "There is no warehouse nowhere" in shell.error("restate", "nowhere_marts.dim_x")
    assert "'x' is not a table's name" in shell.error("restate", "x")
    assert "Write it as support/marts/dim_analysts or support_marts.dim_analysts." in shell.error("restate", "a.b")


@pytest.mark.parametrize("table", [DIMENSION, FACT, "support/reports/team_performance", "support_marts.dim_calendar"])
def test_a_warehouse_where_nothing_is_loaded_says_so(shell: Shell, table: str) -> None:
    said = shell.error("restate", table)
    assert "and nothing is loaded yet. `etl-assets run support` loads and builds it." in said
    assert not (shell.home / "warehouse.duckdb").exists()
