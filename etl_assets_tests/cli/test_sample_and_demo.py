"""``etl-assets sample`` and ``demo``: from nothing to something to look at."""

from pathlib import Path

import pytest

from etl_assets.definitions import load
from etl_assets_tests.cli.conftest import Shell

LAYERS = {
    "dms": ("raw", "staging", "marts", "reports"),
    "sparkify": ("raw", "staging", "marts", "reports"),
    "support": ("raw", "staging", "marts", "reports"),
    "totesys": ("raw", "staging", "marts", "processed", "reports"),
}
ASSETS = len([spec for spec in load().resolve_all_asset_specs() if spec.partitions_def is None])


def test_a_sample_is_written_into_the_landing_folder_and_continued(shell: Shell) -> None:
    written = shell.document("sample", "support", "--days", "1")["support"]
    assert written["folder"] == str(shell.home / "landing" / "support")
    assert set(written["written"]) == set(written["rows"])
    assert all((Path(written["folder"]) / name).is_file() for name in written["rows"])
    again = shell.ok("sample", "support", "--days", "2")
    assert again.startswith("support: 24 files with ")
    assert again.endswith(", 3 of them new\n")


def test_another_s_files_are_not_overwritten(shell: Shell) -> None:
    shell.land("cases.csv", "mine")
    assert "cases.csv" in shell.error("sample", "support")
    assert (shell.home / "landing" / "support" / "cases.csv").read_text() == '"mine"\n'


def test_a_scale_that_makes_no_sense_is_refused(shell: Shell) -> None:
    assert shell.error("sample", "--scale", "0").startswith("error: A sample of scale 0")


def test_the_demo_says_what_was_built_and_where_to_look_and_works_twice(shell: Shell) -> None:
    shown = shell.ok("demo")
    for part in (
        "sample dms: 99 files with ",
        "sample sparkify: 94 files with ",
        "sample support: 24 files with ",
        "sample totesys: 11 tables with ",
        f"ok: {ASSETS} done, in ",
        "An analyst over time (support_marts.dim_analysts)",
        "Hours to assignment by priority (support_reports.team_performance)",
        "Sales of the last months, in pounds (totesys_reports.sales_by_month)",
        "Songs that are played most (sparkify_reports.top_songs)",
        f"warehouse duckdb:///{shell.home / 'warehouse.duckdb'}",
        'etl-assets query "select * from support_reports.team_performance"',
    ):
        assert part in shown
    begins = tuple(f" {name}/" for name in LAYERS)
    layers = [line.split()[0] for line in shown.splitlines() if line.startswith(begins)]
    assert layers == [f"{name}/{layer}" for name, every in LAYERS.items() for layer in every]
    document = shell.document("demo")
    assert document["samples"]["support"]["written"] == []
    assert (document["run"]["success"], sum(asset["loaded"] or 0 for asset in document["run"]["assets"])) == (True, 0)
    assert document["team_performance"][0]["team"] == "SLA"
    assert [month["month"] for month in document["sales_by_month"]][:2] == ["2024-12", "2024-11"]
    assert [song["place"] for song in document["top_songs"]][:2] == [1, 2]


def test_a_demo_that_fails_exits_with_1_and_shows_no_report(shell: Shell) -> None:
    bad = ["p" * 3] * 20
    shell.land("more/products.csv", *bad)
    result = shell.call("demo")
    assert (result.exit_code, "Hours to assignment" in result.stdout) == (1, False)
    assert "team_performance" not in shell.document("demo")


def test_a_warehouse_without_a_sample_is_left_out_and_said_when_it_is_named(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("support", "shop"):
        (shell.home / "defs" / name).mkdir(parents=True)
        (shell.home / "defs" / name / "raw.py").write_text("")
    monkeypatch.setattr("etl_assets.cli.graph._DEFS", shell.home / "defs")
    known = "Samples are there for: dms, sparkify, support, totesys."
    assert shell.error("sample", "shop") == f"error: There is no sample for shop. {known}"
    assert [*shell.document("sample")] == ["support"]
