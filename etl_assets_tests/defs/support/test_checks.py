"""What is odd in the sources of the support warehouse: kept, shown, and never guessed away."""

import gzip
from pathlib import Path

import pytest

from etl_assets.cli.execution import RunReport
from etl_assets.cli.outcome import Check
from etl_assets.settings import Settings
from etl_assets_tests.defs.support.conftest import Support

ODD_CASES = (
    "c1|1|2014-01-01 00:00:00|a1|p1",
    "c2|7|2014-01-01 00:00:00|a1|p1",
    "c3||2014-01-01 00:00:00|a1|p1",
    "c4|1|2014-01-01 00:00:00|nobody|p1",
    "c5|1|2014-01-01 00:00:00|a1|nothing",
    "c6|1|2009-01-01 00:00:00|a1|p1",
    "c7|1|2014-01-01 00:00:00||p1",
    "c8|1|2014-01-01 00:00:00|a1|",
    "c1|1|2014-01-01 00:00:00|a1|p1",
)
ODD_LOGS = (
    "2013-12-31 23:00:00|c1|Close",
    "2014-01-02 00:00:00|c1|Response",
    "2014-01-02 00:00:00|c1|Reopened",
    "2014-01-02 00:00:00|lost|Close",
)
ODD_PRODUCTS = ("l1|Line|", "g1|Group|l1", "p1|Product|g1", "x1|Too deep|p1", "o1|Orphan|gone")


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Support, RunReport]:
    """A warehouse of odd files, and the run that took them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ETL_HOME", str(tmp_path_factory.mktemp("odd")))
        support = Support(Settings.read())
        support.write("analysts_2010.csv", "a1|Ann|Team1||2009-01-01 00:00:00|2009-01-01 00:00:00")
        support.write("products.csv", *ODD_PRODUCTS)
        support.write("cases.csv", *ODD_CASES)
        support.write("logs.csv", *ODD_LOGS)
        support.write("calendar.csv", *CALENDAR)
        (support.landing / "PrioritySLA.csv").write_text("id,name,Assign SLA,Response SLA,Resolve SLA\n1,High,1,3,9\n")
        (support.landing / "cases_backup.csv").write_text("what is this?")
        (support.landing / "logs_2014.csv.gz").write_bytes(gzip.compress(b"cut short")[:-8])
        return support, support.run()


CALENDAR = (
    "20140101|2014-01-01|1|01|1|01|January|Jan|Q1|2014|3|Wednesday|Wed|00",
    "20140102|2014-01-02|2|02|1|01|January|Jan|Q1|2014|3|Thursday|Thu|00",
    "22220101|2222-01-01|1|01|1|01|January|Jan|Q1|2222|2|Tuesday|Tue|00",
)


def check(report: RunReport, asset: str, name: str) -> Check:
    outcome = next(one for one in report.outcomes if one.asset == f"support/{asset}")
    return next(one for one in outcome.checks if one.name == name)


@pytest.mark.parametrize(
    ("asset", "name", "bad"),
    [
        ("marts/fact_cases", "cases_have_a_known_priority", {"c2", "c3"}),
        ("marts/fact_cases", "cases_have_a_known_analyst", {"c4", "c7"}),
        ("marts/fact_cases", "cases_have_a_known_product", {"c5", "c8"}),
        ("marts/fact_cases", "cases_fall_into_an_analysts_time", {"c6"}),
        ("marts/fact_cases", "cases_are_created_first", {"c1"}),
        ("marts/fact_cases", "cases_are_resolved_last", {"c1"}),
        ("marts/fact_cases", "logs_belong_to_a_case", {"lost"}),
        ("marts/fact_cases", "log_events_are_known", {"c1"}),
        ("marts/dim_products", "products_have_a_known_parent", {"o1"}),
        ("marts/dim_products", "products_have_three_levels", {"x1"}),
        ("marts/dim_calendar", "calendar_agrees_with_the_business", {"20140102", "22220101"}),
        ("raw/landing", "every_file_is_known", {"support/cases_backup.csv"}),
        ("raw/logs", "every_file_can_be_read", {"logs_2014.csv.gz"}),
        ("staging/logs", "nothing_is_quarantined", {"logs_2014.csv.gz"}),
    ],
)
def test_what_is_odd_is_found_and_shown_as_a_warning(
    odd: tuple[Support, RunReport], asset: str, name: str, bad: set[str]
) -> None:
    found = check(odd[1], asset, name)
    assert (found.passed, found.blocking, found.found) == (False, False, len(bad))
    assert {next(iter(row.values())) for row in found.sample} == bad


def test_nothing_else_warns(odd: tuple[Support, RunReport]) -> None:
    assert sum(len(outcome.warnings) for outcome in odd[1].outcomes) == 14


def test_an_odd_case_is_in_the_fact_once_with_what_is_known_of_it(odd: tuple[Support, RunReport]) -> None:
    facts = {row["cid"]: row for row in odd[0].table("marts/fact_cases")}
    assert sorted(facts) == [f"c{number}" for number in range(1, 9)]
    unknown = {cid for cid, row in facts.items() if -1 in (row["analyst_key"], row["product_key"], row["priority_key"])}
    assert unknown == {"c3", "c6", "c7", "c8"}
    assert facts["c1"]["hours_to_resolve"] == -1.0


@pytest.mark.parametrize(
    ("dimension", "key", "inferred"),
    [("dim_priorities", "priority", 7), ("dim_analysts", "aid", "nobody"), ("dim_products", "pid", "nothing")],
)
def test_what_only_a_case_names_is_a_member_by_its_key_alone(
    odd: tuple[Support, RunReport], dimension: str, key: str, inferred: object
) -> None:
    rows = [row for row in odd[0].table(f"marts/{dimension}") if row["is_inferred"]]
    assert [row[key] for row in rows] == [inferred]
    assert rows[0].get("name") is None


def test_the_member_is_no_longer_inferred_once_its_source_has_it(on_duckdb: Support) -> None:
    on_duckdb.write("cases.csv", "c1|1|2014-01-01 00:00:00|late|p1")
    first = on_duckdb.run()
    assert check(first, "marts/fact_cases", "cases_have_a_known_analyst").found == 1
    on_duckdb.write("analysts_2010.csv", "late|Lea|Team1||2009-01-01 00:00:00|2009-01-01 00:00:00")
    second = on_duckdb.run()
    assert check(second, "marts/fact_cases", "cases_have_a_known_analyst").passed
    names = on_duckdb.ask(
        "select a.name from support_marts.fact_cases as f"
        " inner join support_marts.dim_analysts as a on a.analyst_key = f.analyst_key"
    )
    assert names == [{"name": "Lea"}]


def test_the_same_file_twice_is_loaded_once_and_the_same_name_with_new_content_again(on_duckdb: Support) -> None:
    case = "c1|{}|2014-01-01 00:00:00|a1|p1"
    on_duckdb.write("cases.csv", case.format(1))
    on_duckdb.run()
    on_duckdb.write("again/cases.csv", case.format(1))
    assert counts(on_duckdb.run(), "staging/cases") == {"read": 1, "loaded": 0, "duplicate": 1}
    on_duckdb.write("cases.csv", case.format(2))
    assert counts(on_duckdb.run(), "staging/cases") == {"read": 1, "loaded": 1, "duplicate": 0}
    assert [row["priority"] for row in on_duckdb.table("marts/fact_cases")] == [2]


def counts(report: RunReport, asset: str) -> dict[str, int | None]:
    outcome = next(one for one in report.outcomes if one.asset == f"support/{asset}")
    return {name: outcome.counts[name] for name in ("read", "loaded", "duplicate")}


def test_a_row_that_does_not_fit_is_shown_with_its_file_line_and_value(on_duckdb: Support) -> None:
    on_duckdb.write("cases.csv", "c1|high|2014-01-01 00:00:00|a1|p1", "c2|1|2014-02-30 00:00:00|a1|p1")
    report = on_duckdb.run()
    found = check(report, "staging/cases", "nothing_is_quarantined")
    assert (found.passed, found.found) == (False, 2)
    assert [[row["line"], row["column"], row["value"]] for row in found.sample] == [
        ["1", "priority", "high"],
        ["2", "created_at", "2014-02-30 00:00:00"],
    ]


def test_the_sla_sheet_may_be_a_workbook(on_duckdb: Support, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (["id", "name", "Assign SLA", "Response SLA", "Resolve SLA"], [1, "High", 1, 3, 100]):
        book.active.append(row)
    on_duckdb.landing.mkdir(parents=True)
    book.save(tmp_path / "landing" / "support" / "PrioritySLA.xlsx")
    on_duckdb.run()
    rows = {row["priority"]: row["resolve_sla_hours"] for row in on_duckdb.table("marts/dim_priorities")}
    assert rows == {None: None, 1: 100}
