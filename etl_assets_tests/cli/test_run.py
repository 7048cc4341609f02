"""``etl-assets run``: everything up to date, or a clear word about what is not."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from etl_assets.cli.execution import run_warehouses
from etl_assets.cli.graph import datasets_of, warehouses
from etl_assets.errors import DeclarationError
from etl_assets.settings import Settings
from etl_assets_tests.cli.conftest import Shell

CASE = "c1|1|2014-01-01 00:00:00|a1|p1"


def by_asset(document: dict[str, Any]) -> dict[str, Any]:
    return {asset["asset"].removeprefix("support/"): asset for asset in document["assets"]}


def test_a_run_tells_of_every_asset_and_of_what_warns(shell: Shell) -> None:
    shell.land("cases.csv", CASE, "c2|high|2014-01-01 00:00:00|a1|p1")
    document = shell.document("run", "support")
    assets = by_asset(document)
    assert (document["success"], document["error"], len(assets)) == (True, "", 23)
    staging = assets["staging/cases"]
    assert [staging[name] for name in ("state", "rows", "read", "loaded", "quarantined", "duplicate")] == [
        "done", 1, 2, 1, 1, 0,
    ]  # fmt: skip
    warned = {check["name"] for check in staging["checks"] if not check["passed"]}
    assert warned == {"nothing_is_quarantined"}
    (sample,) = [check["sample"] for check in staging["checks"] if not check["passed"]]
    assert [(row["file"], row["line"], row["value"]) for row in sample] == [("cases.csv", "2", "high")]
    assert assets["marts/fact_cases"]["written"] == 1
    assert assets["marts/dim_products"]["rows"] == 2
    assert [Path(file).name for file in assets["reports/team_performance"]["files"]] == ["team_performance.csv"]


def test_a_person_sees_a_table_the_warnings_and_a_last_line(shell: Shell) -> None:
    shell.land("cases.csv", CASE, "c2|high|2014-01-01 00:00:00|a1|p1")
    shown = shell.ok("run", "support")
    lines = [line.split() for line in shown.splitlines() if line.strip().startswith("support/")]
    assert [line[0] for line in lines][:2] == ["support/raw/landing", "support/raw/analysts"]
    assert ["support/staging/cases", "1", "2", "1", "1", "0", "1"] in [line[:7] for line in lines]
    assert "warning: support/staging/cases: nothing_is_quarantined found 1, 1 of 1 shown\n" in shown
    assert ["cases.csv", "2", "priority", "high"] in [line.split()[:4] for line in shown.splitlines()]
    assert shown.splitlines()[-1].startswith("ok: 23 done, in ")


def test_a_table_that_fails_stops_what_needs_it_and_nothing_else(shell: Shell) -> None:
    shell.land("products.csv", *(f"p{number}" for number in range(20)))
    shell.land("cases.csv", CASE)
    result = shell.call("run", "support")
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: products.csv: 20 of 20 rows do not fit the declaration of support/staging/products.")
    assert line.endswith("(now 0.05). (support/staging/products)")
    rows = {row.split()[0]: row.split()[-1] for row in result.stdout.splitlines() if row.startswith(" support/")}
    assert rows["support/staging/products"] == "failed"
    skipped = {asset for asset, state in rows.items() if state == "skipped"}
    reports = {"analyst_performance", "team_performance", "team_performance_by_month"}
    assert skipped == {
        "support/marts/dim_products", "support/marts/fact_cases", *(f"support/reports/{name}" for name in reports)
    }  # fmt: skip
    assert result.stdout.splitlines()[-1].startswith("failed: 17 done, 1 failed, 5 skipped, in ")


def test_debug_shows_where_a_table_failed(shell: Shell) -> None:
    shell.land("products.csv", *(f"p{number}" for number in range(20)))
    assert "FileRefused" in shell.call("run", "support", "--debug").stderr
    assert by_asset(shell.document("run", "support"))["staging/products"]["state"] == "failed"


def test_dagster_is_silent_unless_it_is_asked(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    result = shell.call("run", "support")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_sample_is_offered_only_where_there_is_one(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl_assets.cli.sample._WRITERS", {})
    assert shell.call("run", "support").stderr.endswith("landing/support: put files there.\n")


def test_an_empty_folder_is_said_and_the_tables_are_there_all_the_same(shell: Shell) -> None:
    result = shell.call("run", "support")
    assert result.exit_code == 0
    landing = shell.home / "landing" / "support"
    said = f"Nothing has landed in {landing}: put files there, or try `etl-assets sample support`.\n"
    assert result.stderr == said
    assert by_asset(shell.document("run", "support"))["marts/dim_analysts"]["rows"] == 1


def test_an_unknown_warehouse_is_refused_by_name(shell: Shell) -> None:
    known = "Known are dms, sparkify, support, totesys."
    assert shell.error("run", "suport") == f"error: There is no warehouse suport. {known}"


def test_a_snapshot_that_closes_too_much_passes_only_when_a_person_says_so(shell: Shell) -> None:
    days = "".join(f"2014-01-{day:02},Holiday {day},\n" for day in range(1, 29))
    head = "date,holiday_name,begins_fiscal_year\n"
    file = shell.home / "landing" / "support" / "company_days.csv"
    file.parent.mkdir(parents=True)
    file.write_text(head + days)
    shell.ok("run", "support")
    file.write_text(head)
    assert "support/staging/company_days" in shell.error("run", "support")
    assert "company_days.csv: 28 keys end with it.\n" in shell.ok("run", "support", "--allow-closing")
    assert by_asset(shell.document("run", "support"))["staging/company_days"]["state"] == "done"


def test_a_refused_file_is_put_aside_when_a_person_gives_it_up(shell: Shell) -> None:
    file = shell.home / "landing" / "support" / "company_days.csv"
    file.parent.mkdir(parents=True)
    file.write_text("date,holiday_name,begins_fiscal_year\n" + "soon,Holiday,\n" * 20)
    assert "give it up with --put-aside company_days.csv" in shell.error("run", "support")
    shell.ok("run", "support", "--put-aside", "no.csv", "--put-aside", "company_days.csv")
    assert by_asset(shell.document("run", "support"))["staging/company_days"]["state"] == "done"


def test_an_interrupted_run_says_so_and_the_next_one_goes_on(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    shell.land("cases.csv", CASE)

    def interrupted(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)

    with monkeypatch.context() as patch:
        patch.setattr("etl_assets.connectors.files.extract.extract_files", interrupted)
        assert "The run was interrupted. Nothing is lost" in shell.error("run", "support")
    assert by_asset(shell.document("run", "support"))["marts/fact_cases"]["rows"] == 1


def test_runs_are_recorded_where_dagster_s_home_says(shell: Shell, tmp_path: Path) -> None:
    home = tmp_path / "dagster"
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    shell.setenv("DAGSTER_HOME", str(home))
    document = shell.document("run", "support")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        (run,) = instance.get_runs()
        assert (run.run_id, run.status) == (document["run_id"], dg.DagsterRunStatus.SUCCESS)


def test_a_home_of_dagster_that_is_not_there_is_refused(shell: Shell, tmp_path: Path) -> None:
    shell.setenv("DAGSTER_HOME", str(tmp_path / "nowhere"))
    shell.land("cases.csv", CASE)
    assert shell.error("run", "support").startswith(
        f"error: DAGSTER_HOME is {tmp_path / 'nowhere'}, which is no folder."
    )


def test_warehouses_are_the_folders_of_defs() -> None:
    assert warehouses() == ("dms", "sparkify", "support", "totesys")
    assert warehouses(("totesys", "support", "totesys")) == ("totesys", "support")
    assert [dataset.table.table for dataset in datasets_of("support")][:2] == ["analysts", "products"]
    with pytest.raises(DeclarationError, match="There is no warehouse nothing"):
        warehouses(("nothing",))


def test_a_warehouse_whose_database_was_never_there_does_not_keep_the_others_from_being_run(shell: Shell) -> None:
    shell.land("cases.csv", CASE)
    missing = f"There is no database sqlite:///{shell.home}/totesys.db. `etl-assets sample totesys` makes one to try;"
    result = shell.call("run")
    assert result.exit_code == 0
    assert result.stderr.startswith(f"totesys is left out: {missing}")
    assert shell.error("run", "totesys").startswith(f"error: {missing}")
    assert shell.error("run", "totesys", "support").startswith(f"error: {missing}")


def test_a_run_of_nothing_is_an_error(shell: Shell) -> None:
    del shell
    with pytest.raises(DeclarationError, match="Nothing is defined for shop"):
        run_warehouses(Settings.read(), ["shop"])


DAYS = "date,holiday_name,begins_fiscal_year\n"


def days(shell: Shell, text: str) -> None:
    """Let a list of the company's days land."""
    file = shell.home / "landing" / "support" / "company_days.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_what_is_odd_and_yet_read_is_noted_below_the_table(shell: Shell) -> None:
    days(shell, DAYS.replace("\n", ",who|what\n") + "2014-01-01,New Year,,us\n")
    said = "company_days.csv: Kept but not declared: the columns who|what."
    lines = shell.ok("run", "support").splitlines()
    assert lines[-2] == f"note: support/raw/company_days: {said}"
    days(shell, DAYS.replace("\n", ",whom\n") + "2014-01-01,New Year,,us\n")
    assert by_asset(shell.document("run", "support"))["raw/company_days"]["notes"] == [said.replace("who|what", "whom")]
    assert by_asset(shell.document("run", "support"))["raw/company_days"]["notes"] == []


def test_keys_that_a_snapshot_ends_are_noted(shell: Shell) -> None:
    days(shell, DAYS + "".join(f"2014-01-0{day},Holiday,\n" for day in range(1, 6)))
    assert "note:" not in shell.ok("run", "support")
    days(shell, DAYS + "2014-01-01,Holiday,\n")
    assert "note: support/staging/company_days: company_days.csv: 4 keys end with it.\n" in shell.ok("run", "support")
    days(shell, DAYS)
    notes = {
        name: asset["notes"] for name, asset in by_asset(shell.document("run", "support")).items() if asset["notes"]
    }
    assert notes == {
        "raw/company_days": ["company_days.csv: It has a header only."],
        "staging/company_days": ["company_days.csv: 1 key ends with it."],
    }


def test_a_path_to_put_aside_may_have_the_warehouse_s_folder(shell: Shell) -> None:
    days(shell, DAYS + "soon,Holiday,\n" * 20)
    assert "warning" not in shell.ok("run", "support", "--put-aside", "support/company_days.csv").replace(
        "1 warn", ""
    ).replace("warning: support/staging/company_days: nothing_is_quarantined", "")
    assert shell.ok("query", "select reason from etl.files", "--format", "csv").splitlines()[1].endswith("by a person")


def test_a_path_to_put_aside_that_no_refused_file_has_is_named(shell: Shell) -> None:
    days(shell, DAYS + "soon,Holiday,\n" * 20)
    wrong = "warning: --put-aside other.csv: there is no refused file of that path; "
    failed = shell.call("run", "support", "--put-aside", "other.csv")
    assert failed.exit_code == 1
    assert f"{wrong}refused is company_days.csv\n" in failed.stdout
    done = shell.ok("run", "support", "--put-aside", "other.csv", "--put-aside", "company_days.csv")
    assert f"{wrong}put aside was support/company_days.csv\n" in done
    assert "--put-aside company_days.csv:" not in done
    assert f"{wrong}nothing was refused\n" in shell.ok("run", "support", "--put-aside", "other.csv")
    assert shell.document("run", "support", "--put-aside", "other.csv")["not_put_aside"] == ["other.csv"]
