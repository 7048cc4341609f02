"""``etl-assets backfill``: what was extracted today comes again."""

from datetime import UTC, datetime, timedelta

from etl_assets.samples.totesys.write import open_business
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.cli.conftest import Shell

TABLES = ("totesys_staging.sales_order", "totesys_marts.fact_sales_order", "totesys_marts.dim_staff")


def cells(shell: Shell) -> list[str]:
    """Every cell of some tables."""
    return [shell.ok("query", f"select * from {name} order by 1, 2", "--format", "csv") for name in TABLES]


def test_a_day_comes_again_and_what_is_made_of_it_follows(shell: Shell) -> None:
    open_business(f"sqlite:///{shell.home}/totesys.db")
    shell.ok("run", "totesys")
    before, today = cells(shell), datetime.now(UTC).date()
    with open_engine(f"duckdb:///{shell.home / 'warehouse.duckdb'}").writing() as session:
        session.run("delete from totesys_staging.staff_events where staff_id = 1")
        session.run("update totesys_staging.staff_events set first_name = 'Nobody' where staff_id = 2")
    shell.ok("restate", "totesys_marts.dim_staff_history", "totesys_marts.dim_staff")
    assert cells(shell) != before
    days = ("--from", str(today - timedelta(days=1)), "--to", str(today))
    shown = shell.ok("backfill", "totesys", *days, "--table", "totesys_staging.staff")
    assert "ok: 1 load came again" in shown
    assert cells(shell) == before
    told = shell.document("backfill", "totesys", *days)
    assert told["batches"] == len([*shell.home.glob("lake/totesys/*/manifests/*.json")]) > 1
    assert cells(shell) == before
    written = {one["asset"]: one["written"] for one in shell.document("run", "totesys")["assets"]}
    assert {count for name, count in written.items() if "/staging/" in name or "/marts/" in name} <= {None, 0}


def test_days_without_extracts_are_refused(shell: Shell) -> None:
    open_business(f"sqlite:///{shell.home}/totesys.db")
    shell.ok("run", "totesys")
    said = shell.error("backfill", "--from", "2001-01-01")
    assert said.startswith("error: Nothing was extracted from 2001-01-01 to 2001-01-01.")
    assert "is not extracted from a database" in shell.error("backfill", "support", "--from", "2001-01-01")
