"""The fact of cases, by a few of them worked out by hand."""

from datetime import datetime

import pytest

from etl_assets_tests.defs.support.conftest import Row, Support

AT = datetime.fromisoformat


@pytest.fixture
def facts(on_duckdb: Support) -> dict[str, Row]:
    """What becomes of two exports of a case with many events, and of ten cases of one analyst."""
    on_duckdb.write("analysts_2010.csv", "a1|Ann|Team1|A|2009-01-01 00:00:00|2009-01-01 00:00:00")
    on_duckdb.write("cases_2013.csv", "c1|1|2014-01-01 00:00:00|nobody|p1")
    on_duckdb.write(
        "cases_2014.csv",
        "c1|2|2014-06-06 00:00:00|a1|p1",
        *(f"n{number}|1|2014-02-01 00:00:00|a1|p1" for number in range(10)),
    )
    on_duckdb.write(
        "logs.csv",
        "2014-01-03 00:00:00|c1|Close",
        "2014-01-02 12:00:00|c1|Reopened",
        "2014-01-01 06:00:00|c1|Assigned to analyst",
        "2014-01-01 01:30:00|c1|Assigned to analyst",
        "2014-01-05 00:00:00|c1|Close",
        "2014-01-02 00:00:00|c1|Response",
        "2014-01-01 12:00:00|c1|Response",
        *(f"2014-02-01 {number + 1:02}:00:00|n{number}|Assigned to analyst" for number in range(10)),
    )
    on_duckdb.run()
    return {row["cid"]: row for row in on_duckdb.table("marts/fact_cases")}


def test_the_first_assignment_the_first_response_and_the_last_close_count(facts: dict[str, Row]) -> None:
    case = facts["c1"]
    moments = {name: case[f"{name}_at"] for name in ("assigned", "response", "resolved")}
    assert moments == {
        "assigned": AT("2014-01-01 01:30:00"),
        "response": AT("2014-01-01 12:00:00"),
        "resolved": AT("2014-01-05 00:00:00"),
    }
    assert [case[f"hours_to_{name}"] for name in ("assign", "response", "resolve")] == [1.5, 12.0, 96.0]
    assert [case[f"{name}_date_id"] for name in ("assigned", "response", "resolved")] == [20140101, 20140101, 20140105]


def test_a_later_export_changes_a_case_but_not_when_it_was_created(facts: dict[str, Row]) -> None:
    case = facts["c1"]
    assert (case["priority"], case["aid"], case["created_at"]) == (2, "a1", AT("2014-01-01 00:00:00"))


def test_what_has_not_happened_has_no_day(facts: dict[str, Row]) -> None:
    case = facts["n0"]
    assert (case["resolved_at"], case["hours_to_resolve"], case["resolved_date_id"]) == (None, None, -1)


def test_a_percentile_is_the_least_value_that_so_many_reach(on_duckdb: Support, facts: dict[str, Row]) -> None:
    assert len(facts) == 11
    query = (
        "select median_hours_to_assign, p90_hours_to_assign from support_reports.analyst_performance where cases = 10"
    )
    assert [tuple(row.values()) for row in on_duckdb.ask(query)] == [(5.0, 9.0)]
