"""``etl-assets status``: what is loaded, waiting and behind."""

from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest

from etl_assets.connectors.files.landing import FileUnavailable
from etl_assets.defs.support import marts, raw, reports
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.dead_letters import DeadLetter, keep
from etl_assets.warehouse.engines import open_engine
from etl_assets_tests.cli.conftest import Shell

CASE = "c1|1|2014-01-01 00:00:00|a1|p1"


def test_before_the_first_run_everything_waits(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    shown = shell.ok("status")
    assert "Nothing has been loaded yet" in shown
    assert "waiting: support/staging/cases: 1 file" in shown
    assert shell.document("status")["support"]["waiting"] == [
        {"dataset": "support/staging/cases", "files": ["cases.csv"], "unreadable": [], "loads": 0}
    ]


def test_after_a_run_it_tells_what_was_loaded_and_built(shell: Shell) -> None:
    shell.land("cases.csv", CASE, CASE, "c2|high|2014-01-01 00:00:00|a1|p1")
    shell.ok("run")
    stands = shell.document("status", "support")["support"]
    (loaded,) = stands["datasets"]
    assert [loaded[name] for name in ("dataset", "loads", "files")] == ["support/staging/cases", 1, 1]
    assert [loaded[f"rows_{name}"] for name in ("read", "loaded", "quarantined", "duplicate")] == [3, 1, 1, 1]
    tables = {table["model"]: table for table in stands["tables"]}
    assert (tables["support/marts/fact_cases"]["rows"], tables["support/marts/fact_cases"]["behind"]) == (1, [])
    assert stands["waiting"] == []
    shown = shell.ok("status")
    assert "warning: support/marts/fact_cases: cases_have_a_known_analyst found 1" in shown
    assert "Nothing is waiting." in shown


def test_a_load_in_the_lake_that_no_run_has_loaded_waits(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    shell.ok("run")
    shell.setenv("ETL_WAREHOUSE_URL", f"duckdb:///{shell.home / 'other.duckdb'}")
    assert "waiting: support/staging/cases: 1 load" in shell.ok("status")
    assert len(open_lake(str(shell.home / "lake")).manifests("support/staging/cases")) == 1


def test_a_changed_file_waits_and_a_touched_one_does_not(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    shell.ok("run")
    shell.land("cases.csv", CASE)
    assert shell.document("status")["support"]["waiting"] == []
    shell.land("cases.csv", CASE.replace("|1|", "|2|"))
    assert "waiting: support/staging/cases: 1 file" in shell.ok("status")


def test_a_table_that_is_behind_is_named_and_the_exit_code_is_1(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    shell.ok("run")
    with open_engine(f"duckdb:///{shell.home / 'warehouse.duckdb'}").writing() as session:
        session.run("update etl.loads set load_number = 2")
    result = shell.call("status")
    assert result.exit_code == 1
    assert "behind: support/marts/fact_cases is older than support/staging/cases" in result.stdout


def test_a_table_that_nothing_declares_any_more_is_named_and_no_trouble(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.land("cases.csv", CASE)
    shell.ok("run")
    with open_engine(f"duckdb:///{shell.home / 'warehouse.duckdb'}").writing() as session:
        session.run("update etl.loads set load_number = 2")
        session.run("insert into etl.failures values ('support/marts/fact_cases', 'bad', timestamp '2020-01-01')")
    monkeypatch.setattr(marts, "MODELS", (marts.dim_analysts, marts.dim_products, marts.dim_priorities))
    monkeypatch.setattr(reports, "MODELS", ())
    shown = shell.ok("status")
    assert "undeclared: support/marts/fact_cases stays in the warehouse as it was" in shown
    stands = shell.document("status")["support"]
    assert {"support/marts/dim_calendar", "support/marts/fact_cases"} < set(stands["undeclared"])
    assert (len(stands["tables"]), stands["failures"]) == (3, [])


def test_a_load_that_failed_is_told_until_it_succeeds(shell: Shell) -> None:
    shell.land("products.csv", *(f"p{number}" for number in range(20)))
    shell.call("run")
    result = shell.call("status")
    assert result.exit_code == 1
    assert "failed: support/staging/products (20" in result.stdout
    assert "20 of 20 rows do not fit the declaration of support/staging/products" in result.stdout
    (failure,) = shell.document("status")["support"]["failures"]
    assert failure["asset"] == "support/staging/products"
    shell.land("products.csv", "p1|line|group|product")
    shell.call("run")
    assert [one["asset"] for one in shell.document("status")["support"]["failures"]] == []


def test_the_quarantine_is_told_with_the_verb_that_shows_it(shell: Shell) -> None:
    shell.land("cases.csv", CASE, "c2|high|2014-01-01 00:00:00|a1|p1")
    shell.land("products.csv")
    (shell.home / "landing" / "support" / "products.csv").write_bytes(b"\xff\xfe\x00")
    shell.ok("run")
    shown = shell.ok("status")
    assert "quarantined: support/staging/cases: 1 row\n" in shown
    assert "quarantined: support/staging/products: 1 file (products.csv)\n" in shown
    assert "etl-assets quarantine list" in shown
    assert {row["path"] for row in shell.document("quarantine", "list")} == {"cases.csv", "products.csv"}


def test_it_tells_how_old_the_newest_data_is(shell: Shell) -> None:
    shell.land("analysts_2012.csv", "a1|Ann|T1||2011-01-01 00:00:00|2011-06-01 00:00:00")
    shell.ok("run")
    stands = shell.document("status")["support"]
    assert stands["datasets"][0]["newest_at"] == "2012-01-01 00:00:00"
    tables = {table["model"]: table["newest_at"] for table in stands["tables"]}
    assert tables["support/marts/dim_analysts"] == "2012-01-01 00:00:00"
    assert tables["support/marts/dim_products"] is None


def test_a_file_that_is_due_is_late(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.land("analysts_2012.csv", "a1|Ann|T1||2011-01-01 00:00:00|2011-06-01 00:00:00")
    shell.ok("run")
    assert shell.document("status")["support"]["late"] == []
    expected = tuple(replace(one, arrives_within=timedelta(days=366)) for one in raw.DATASETS)
    monkeypatch.setattr(raw, "DATASETS", expected)
    result = shell.call("status")
    assert (result.exit_code, "late: support/staging/analysts: a file was due by 2013-01-01" in result.stdout) == (
        1,
        True,
    )
    assert shell.document("status")["support"]["late"] == [
        {"dataset": "support/staging/analysts", "due_at": "2013-01-01 00:00:00"}
    ]


def test_a_file_that_was_given_up_is_named(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    shell.ok("run")
    given_up_at = datetime(2020, 1, 1)  # noqa: DTZ001 - as it is kept
    dataset = "support/staging/cases"
    letter = DeadLetter(dataset=dataset, path="x.csv", version="1", attempts=3, reason="bad", given_up_at=given_up_at)
    keep(open_engine(f"duckdb:///{shell.home / 'warehouse.duckdb'}"), [letter])
    result = shell.call("status")
    assert (result.exit_code, "given up: support/staging/cases: x.csv after 3 attempts: bad" in result.stdout) == (
        1,
        True,
    )


def test_files_and_folders_that_nobody_claims_are_named(shell: Shell) -> None:
    shell.land("notes.txt", "x")
    shell.land("../suport/cases.csv", CASE)
    shell.land("../cases.csv", CASE)
    shown = shell.ok("status")
    assert "unknown: support/notes.txt is claimed by no dataset\n" in shown
    assert "unknown: suport/ (1 file" in shown
    document = shell.document("status")
    assert document["support"]["unknown"] == ["support/notes.txt"]
    assert [said.split()[0] for said in document["landing"]["unknown"]] == ["cases.csv", "suport/"]


def test_a_file_that_is_known_to_belong_to_no_dataset_is_not_named(shell: Shell) -> None:
    shell.land("../sparkify/log_json_path.json", "{}")
    shell.land("../sparkify/other.json", "{}")
    assert shell.document("status")["sparkify"]["unknown"] == ["sparkify/other.json"]


def test_a_file_that_cannot_be_read_is_named(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.land("cases.csv", CASE)
    refusal = Mock(side_effect=FileUnavailable("it cannot be read: Permission denied"))
    monkeypatch.setattr("etl_assets.connectors.files.landing.LandedFile.open", refusal)
    assert "unreadable: support/staging/cases: cases.csv: it cannot be read: Permission denied" in shell.ok("status")
    unreadable = [{"file": "cases.csv", "reason": "it cannot be read: Permission denied"}]
    assert shell.document("status")["support"]["waiting"][0]["unreadable"] == unreadable
