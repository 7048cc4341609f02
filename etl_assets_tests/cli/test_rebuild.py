"""``etl-assets rebuild``: the support warehouse again from the lake."""

import pytest

from etl_assets_tests.cli.conftest import Shell

TABLES = ("support_staging.cases", "support_marts.dim_analysts", "support_marts.fact_cases")


def cells(shell: Shell) -> list[str]:
    """Every cell of some tables."""
    return [shell.ok("query", f"select * from {name} order by 1, 2", "--format", "csv") for name in TABLES]


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
def test_it_makes_every_table_again(request: pytest.FixtureRequest, shell: Shell, kind: str) -> None:
    if kind == "postgres":
        shell.setenv("ETL_WAREHOUSE_URL", request.getfixturevalue("postgres_url"))
    shell.ok("sample", "support")
    shell.ok("run", "support")
    before = cells(shell)
    (rebuilt,) = shell.document("rebuild", "support")
    assert (rebuilt["warehouse"], rebuilt["kept"], rebuilt["remade"]) == ("support", [], [])
    rows = {one["table"]: one["rows"] for one in rebuilt["tables"]}
    assert rows["support/marts/fact_cases"] == before[2].count("\n") - 1
    assert cells(shell) == before
    assert shell.document("status")["support"]["failures"] == []
    assert "Nothing is waiting." in shell.ok("status")
    assert all(one["written"] in {None, 0} for one in shell.document("run", "support")["assets"])


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
def test_a_lake_that_has_nothing_of_what_is_loaded_makes_nothing_again(
    request: pytest.FixtureRequest, shell: Shell, kind: str
) -> None:
    if kind == "postgres":
        shell.setenv("ETL_WAREHOUSE_URL", request.getfixturevalue("postgres_url"))
    shell.land("cases.csv", "c1|1|2014-01-01 00:00:00|a1|p1")
    shell.ok("run")
    before = cells(shell)
    shell.setenv("ETL_LAKE_URL", str(shell.home / "mistaken"))
    assert "nothing of support/staging/cases, which the warehouse has loaded." in shell.error("rebuild")
    assert cells(shell) == before


def test_it_says_what_it_made(shell: Shell) -> None:
    shell.land("cases.csv", "c1|1|2014-01-01 00:00:00|a1|p1")
    shell.ok("run")
    shown = shell.ok("rebuild")
    assert "ok: support was made again" in shown
    assert "support/marts/fact_cases" in shown


def test_what_is_refused_is_said_in_one_line(shell: Shell) -> None:
    shell.land("cases.csv", "c1|1|2014-01-01 00:00:00|a1|p1")
    shell.ok("run")
    shell.land("products.csv", *(f"p{number}" for number in range(20)))
    shell.call("run")
    assert "products.csv: 20 of 20 rows do not fit" in shell.error("rebuild", "support")
    assert "ok: support was made again" in shell.ok("rebuild", "support", "--put-aside", "products.csv")
