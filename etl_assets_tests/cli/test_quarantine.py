"""``etl-assets quarantine``: what could not be loaded is listed, shown and loaded again."""

from dataclasses import replace

import pytest

from etl_assets.defs.support import raw
from etl_assets.schema import Column
from etl_assets_tests.cli.conftest import Shell

CASE = "c1|1|2014-01-01 00:00:00|a1|p1"
BAD = "c2|high|2014-01-01 00:00:00|a1|p1"


@pytest.fixture
def held(shell: Shell) -> Shell:
    """A shell over a warehouse with a bad row and a file that cannot be read."""
    shell.land("cases.csv", CASE, BAD)
    shell.land("products.csv")
    (shell.home / "landing" / "support" / "products.csv").write_bytes(b"\xff\xfe\x00")
    shell.ok("run")
    return shell


def test_it_lists_each_file_with_its_reasons_and_since_when(held: Shell) -> None:
    cases, products = held.document("quarantine", "list", "support")
    assert (cases["path"], cases["rows"], cases["is_whole"]) == ("cases.csv", 1, False)
    assert cases["reasons"] == {"not a whole number": 1}
    assert cases["since"] == held.document("status")["support"]["datasets"][0]["loaded_at"]
    assert (products["path"], products["rows"], products["is_whole"]) == ("products.csv", 0, True)
    shown = held.ok("quarantine", "list")
    assert "1 x not a whole number" in shown
    assert "it is not UTF-8 but UTF-16 or UTF-32" in shown


def test_an_older_delivery_is_told_apart(held: Shell) -> None:
    held.land("cases.csv", CASE, BAD.replace("high", "2"))
    held.ok("run")
    assert [one["path"] for one in held.document("quarantine", "list")] == ["products.csv"]
    every = held.document("quarantine", "list", "--all")
    assert [(one["path"], one["is_replaced"]) for one in every] == [("cases.csv", True), ("products.csv", False)]
    assert "1 older delivery replaced by newer ones: --all shows them." in held.ok("quarantine", "list")
    said = held.ok("quarantine", "replay", "support_staging.cases", "--no-run")
    assert "cases.csv was delivered again and is loaded: of the older delivery nothing is left to do" in said


@pytest.mark.parametrize("name", ["support/staging/cases", "support_staging.cases", "cases.csv"])
def test_it_shows_the_rows_of_a_dataset_or_a_file(held: Shell, name: str) -> None:
    (row,) = held.document("quarantine", "show", name)
    assert (row["path"], row["line"], row["column"], row["value"]) == ("cases.csv", 2, "priority", "high")
    assert '"cid": "c2"' in row["record"]
    assert "not a whole number" in held.ok("quarantine", "show", name)


def test_it_shows_no_more_than_is_asked_for_and_says_so(shell: Shell) -> None:
    shell.land("cases.csv", *(BAD.replace("c2", f"c{number}") for number in range(5)))
    shell.ok("run")
    assert len(shell.document("quarantine", "show", "cases.csv", "--limit", "2")) == 2
    assert "There are more: --limit 10 shows them." in shell.ok("quarantine", "show", "cases.csv", "--limit", "2")
    shown = shell.ok("quarantine", "show", "logs.csv")
    assert shown == "Nothing of logs.csv is in the quarantine. `etl-assets quarantine list` says what is.\n"
    assert shell.ok("quarantine", "show", "support_staging.logs").endswith("is in the quarantine.\n")


def test_nothing_is_in_the_quarantine_before_the_first_run(shell: Shell) -> None:
    assert "Nothing is in the quarantine." in shell.ok("quarantine", "list")
    assert shell.document("quarantine", "show", "cases.csv") == []
    assert shell.document("quarantine", "replay") == {"replayed": [], "run": None}


def test_after_a_corrected_declaration_replay_loads_it(held: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = tuple(Column("priority") if one.name == "priority" else one for one in raw.cases.columns)
    corrected = [replace(one, columns=columns) if one is raw.cases else one for one in raw.DATASETS]
    monkeypatch.setattr(raw, "DATASETS", tuple(corrected))
    (replayed,) = held.document("quarantine", "replay", "support/staging/cases", "--no-run")["replayed"]
    assert (replayed["rows_loaded"], replayed["rows_held"], replayed["rows_held_before"]) == (1, 0, 1)
    assert [one["path"] for one in held.document("quarantine", "list")] == ["products.csv"]


def test_replay_brings_up_to_date_what_is_made_of_it(held: Shell) -> None:
    document = held.document("quarantine", "replay")
    assert [one["dataset"] for one in document["replayed"]] == ["support/staging/products", "support/staging/cases"]
    assert document["run"]["success"]
    assert "Then: etl-assets run support" in held.ok("quarantine", "replay", "--no-run")


def test_what_is_not_there_is_named(held: Shell) -> None:
    assert "There is no dataset support/staging/x" in held.error("quarantine", "replay", "support/staging/x")
    assert "Nothing of x.csv is in the quarantine" in held.error("quarantine", "replay", "--file", "x.csv")


def test_a_dataset_that_fails_is_told_with_its_error(held: Shell) -> None:
    for part in (held.home / "lake" / "support" / "cases" / "data").rglob("*.parquet"):
        part.unlink()
    result = held.call("quarantine", "replay", "support/staging/cases", "--no-run", "--json")
    assert result.exit_code == 1
    assert "is missing" in result.stdout
