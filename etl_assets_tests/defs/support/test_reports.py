"""The reports, against figures worked out by hand from a few cases."""

import pytest

from etl_assets_tests.defs.support.conftest import Support

CASES = (
    "c1|1|2014-01-10 00:00:00|a1|p1",
    "c2|1|2014-01-20 00:00:00|a1|p1",
    "c3|1|2014-01-30 00:00:00|a1|p1",
    "c4|1|2014-02-01 00:00:00|a2|p1",
    "c5|2|2014-02-01 00:00:00|a2|p1",
    "c6|1|2014-02-01 00:00:00|a2|p1",
    "c7|1|2010-01-01 00:00:00|a1|p1",
    "c8|9|2014-02-02 00:00:00|a2|p1",
    "c9|1|2014-02-02 00:00:00|a3|p1",
)
LOGS = (
    "2014-01-10 01:00:00|c1|Assigned to analyst",
    "2014-01-20 02:00:00|c2|Assigned to analyst",
    "2014-01-30 06:00:00|c3|Assigned to analyst",
    "2014-02-01 00:30:00|c4|Assigned to analyst",
    "2014-02-01 08:00:00|c5|Assigned to analyst",
    "2010-01-01 10:00:00|c7|Assigned to analyst",
    "2014-02-02 03:00:00|c8|Assigned to analyst",
    "2014-02-02 05:00:00|c9|Assigned to analyst",
)
ANALYSTS = (
    "a1|Ann|Team2|A|2009-01-01 00:00:00|2009-01-01 00:00:00",
    "a2|Bob|Team1||2009-01-01 00:00:00|2009-01-01 00:00:00",
    "a3|Cas|||2009-01-01 00:00:00|2009-01-01 00:00:00",
)


@pytest.fixture
def told(support: Support) -> Support:
    """A warehouse with nine cases: c6 was never assigned, c7 came too early to count, a3 is in no team."""
    support.write("analysts_2010.csv", *ANALYSTS)
    support.write("cases.csv", *CASES)
    support.write("logs.csv", *LOGS)
    sheet = "id,name,Assign SLA,Response SLA,Resolve SLA\n1,High,2,3,9\n2,Normal,8,3,9\n3,Low,24,3,9\n"
    (support.landing / "PrioritySLA.csv").write_text(sheet)
    support.run()
    return support


def test_team_performance_opens_with_the_promise_then_each_teams_mean(told: Support) -> None:
    assert [tuple(row.values()) for row in told.table("reports/team_performance")] == [
        ("SLA", 2.0, 8.0, 24.0),
        ("Team1", 0.5, 8.0, None),
        ("Team2", 3.0, None, None),
    ]


def test_by_month_it_has_the_share_within_the_promise_and_percentiles_by_rank(told: Support) -> None:
    rows = told.ask("select * from support_reports.team_performance_by_month order by year, month, team, priority")
    assert [tuple(row.values()) for row in rows] == [
        (2010, 1, "Team2", 1, 1, 2, 10.0, 0.0, 10.0, 10.0),
        (2014, 1, "Team2", 1, 3, 2, 3.0, pytest.approx(2 / 3), 2.0, 6.0),
        (2014, 2, "Team1", 1, 1, 2, 0.5, 1.0, 0.5, 0.5),
        (2014, 2, "Team1", 2, 1, 8, 8.0, 1.0, 8.0, 8.0),
        (2014, 2, "Team1", 9, 1, None, 3.0, None, 3.0, 3.0),
    ]


def test_by_analyst_it_counts_all_that_was_assigned(told: Support) -> None:
    rows = told.ask("select * from support_reports.analyst_performance order by aid, priority")
    assert [tuple(row.values()) for row in rows] == [
        ("a1", "Ann", 1, 4, 2, 4.75, 0.5, 2.0, 10.0),
        ("a2", "Bob", 1, 1, 2, 0.5, 1.0, 0.5, 0.5),
        ("a2", "Bob", 2, 1, 8, 8.0, 1.0, 8.0, 8.0),
        ("a2", "Bob", 9, 1, None, 3.0, None, 3.0, 3.0),
        ("a3", "Cas", 1, 1, 2, 5.0, 0.0, 5.0, 5.0),
    ]


def test_each_report_is_a_file_too(told: Support) -> None:
    folder = told.settings.exports / "support"
    names = ["analyst_performance.csv", "team_performance.csv", "team_performance_by_month.csv"]
    assert sorted(file.name for file in folder.iterdir()) == names
    text = (folder / "team_performance.csv").read_text()
    assert text == "team,priority_1,priority_2,priority_3\nSLA,2.0,8.0,24.0\nTeam1,0.5,8.0,\nTeam2,3.0,,\n"
