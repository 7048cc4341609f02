"""The measure itself measured: by cases worked out by hand, and by the known figures of the real data."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from etl_assets_tests.oracles.deliveries import Delivery, from_folder, place, shuffled_cuts, with_conflicts
from etl_assets_tests.oracles.support import Row, support_tables, surrogate_key

AT = datetime.fromisoformat
LATER = AT("2020-06-01 08:00:00")
SLA = Delivery(
    "PrioritySLA.csv", b"id,name,Assign SLA,Response SLA,Resolve SLA\n1,High,2,4,80\n3,Low,12,30,400\n", LATER
)


def file(path: str, *rows: str, modified_at: datetime = LATER) -> Delivery:
    """Rows with bars between their fields, written as the exports are."""
    lines = (",".join(f'"{field}"' for field in row.split("|")) + "\r\n" for row in rows)
    return Delivery(path, "".join(lines).encode(), modified_at)


def analyst(told: str, *, effective: str = "2010-01-01 00:00:00", aid: str = "1-1", name: str = "Ann") -> str:
    """A row that tells of a team and skills, as ``Team1 A,B``."""
    team, _, skills = told.partition(" ")
    return f"{aid}|{name}|{team}|{skills}|2009-05-05 05:05:05|{effective}"


def history(*deliveries: Delivery) -> list[tuple[object, ...]]:
    """What became of the one analyst: team, skills and beginning of each version."""
    rows = support_tables(deliveries)["dim_analysts"]
    return [(row["team"], row["skills"], str(row["valid_from"])[:10]) for row in rows if row["aid"] == "1-1"]


def fact(*deliveries: Delivery) -> Row:
    """The only case."""
    (row,) = support_tables(deliveries)["fact_cases"]
    return row


@pytest.fixture(scope="session")
def after_history(real_data: Path) -> list[Delivery]:
    """The real files, as history."""
    return from_folder(real_data / "support" / "history")


@pytest.fixture(scope="session")
def after_update(real_data: Path, after_history: list[Delivery]) -> list[Delivery]:
    """The real files, with the update below a folder of its own."""
    return [*after_history, *from_folder(real_data / "support" / "new_data", below="new_data/")]


def versions_by_analyst(rows: list[Row]) -> Counter[int]:
    """How many analysts have how many versions."""
    return Counter(Counter(row["aid"] for row in rows if row["aid"]).values())


def test_the_key_of_a_version_is_the_one_written_in_the_design() -> None:
    assert surrogate_key("a", AT("2010-01-01")) == 1093875616875954621


def test_the_real_history_gives_the_known_figures(after_history: list[Delivery]) -> None:
    tables = support_tables(after_history)
    analysts, facts = tables["dim_analysts"][1:], tables["fact_cases"]
    assert len(analysts) == 552
    assert versions_by_analyst(analysts) == {1: 280, 2: 88, 3: 28, 4: 3}
    assert sum(row["is_current"] for row in analysts) == 399
    assert len(tables["dim_products"]) == 1502 + 1
    assert len(tables["dim_calendar"]) == 4018 + 1
    assert Counter(row["priority"] for row in facts) == {1: 125, 2: 139, 3: 136}
    assert sum(row["assigned_at"] is None for row in facts) == 25
    assert not [row for row in facts if row["analyst_key"] == -1]


def test_products_of_the_real_history_stand_in_three_levels(after_history: list[Delivery]) -> None:
    rows = support_tables(after_history)["dim_products"][1:]
    levels = Counter(len({row["product_line"], row["product_group"], row["product"]}) for row in rows)
    assert levels == {1: 264, 2: 238, 3: 1000}


def test_the_calendar_agrees_with_the_real_one_in_all_but_the_week(after_history: list[Delivery]) -> None:
    rows = [dict(row, quarter=f"Q{row['quarter']}") for row in support_tables(after_history)["dim_calendar"][1:]]
    names = ["date_id", "date", "day_of_month", "month", "month_name", "month_abbr", "quarter", "year"]
    names += ["day_of_week", "day_name", "day_abbr"]
    (calendar,) = [delivery for delivery in after_history if delivery.name == "calendar.csv"]
    told = [[*row[:3], row[4], *row[6:13]] for row in calendar.rows if row[0] != "-1"]
    assert told == [[str(row[name]) for name in names] for row in rows]
    weeks = [int(row[13]) for row in calendar.rows[1:]]
    assert sum(week != row["iso_week"] for week, row in zip(weeks, rows, strict=True)) == 2147


def test_the_real_update_adds_a_hundred_cases_and_assigns_all(after_update: list[Delivery]) -> None:
    facts = support_tables(after_update)["fact_cases"]
    assert len(facts) == 500
    assert not [row for row in facts if row["assigned_at"] is None or row["analyst_key"] == -1]


def test_neither_order_nor_cut_nor_conflict_moves_a_cell(after_update: list[Delivery]) -> None:
    for seed in range(3):
        told = with_conflicts(after_update, seed)
        arrived = [delivery for arrival in shuffled_cuts(told, seed) for delivery in arrival]
        assert arrived != told
        assert sorted(map(hash, arrived)) == sorted(map(hash, told))
        assert support_tables(arrived) == support_tables(told) != support_tables(after_update)


def test_two_of_one_path_never_arrive_together(after_update: list[Delivery]) -> None:
    for seed in range(20):
        for arrival in shuffled_cuts(with_conflicts(after_update, seed), seed):
            assert len({delivery.path for delivery in arrival}) == len(arrival)


def test_the_same_seed_tells_the_same_conflicts(after_update: list[Delivery]) -> None:
    assert with_conflicts(after_update, 7) == with_conflicts(after_update, 7) != with_conflicts(after_update, 8)


def test_a_folder_gives_back_what_was_placed_in_it(tmp_path: Path) -> None:
    placed = [file("b/cases.csv", "x", modified_at=AT("2014-01-01 00:00:00.000001")), file("a.csv", "y")]
    place(placed, tmp_path)
    assert from_folder(tmp_path) == placed[::-1]


def test_empty_skills_are_null_and_a_change_to_them_opens_a_version() -> None:
    first, second = file("analysts_2010.csv", analyst("Team1 A,B")), file("analysts_2012.csv", analyst("Team1"))
    assert history(second, first) == [("Team1", "A,B", "2010-01-01"), ("Team1", None, "2012-01-01")]


def test_equal_neighbours_merge_and_a_missing_analyst_stays() -> None:
    years = [file(f"analysts_{year}.csv", analyst("Team1 A")) for year in (2010, 2011, 2014)]
    assert history(*years, file("analysts_2012.csv", analyst("Team2", aid="2-2"))) == [("Team1", "A", "2010-01-01")]


def test_a_late_change_lasts_until_the_next_snapshot_that_has_the_analyst() -> None:
    snapshots = [file(f"analysts_{year}.csv", analyst("Team1 A")) for year in (2010, 2012)]
    late = file("late/analysts.csv", analyst("Team2 A", effective="2011-03-01 00:00:00"))
    expected = [("Team1", "A", "2010-01-01"), ("Team2", "A", "2011-03-01"), ("Team1", "A", "2012-01-01")]
    assert history(*snapshots, late) == expected


def test_of_one_instant_the_last_file_speaks_and_in_a_file_the_last_row() -> None:
    snapshot = file("analysts_2010.csv", analyst("Team1"), analyst("Team2"))
    assert history(snapshot) == [("Team2", None, "2010-01-01")]
    assert history(file("x/analysts.csv", analyst("Team3")), snapshot) == [("Team3", None, "2010-01-01")]
    earlier = file("x/analysts.csv", analyst("Team3"), modified_at=AT("2009-12-31"))
    assert history(earlier, snapshot) == [("Team2", None, "2010-01-01")]


def test_of_two_snapshots_of_one_year_the_younger_file_speaks() -> None:
    older = file("b/analysts_2010.csv", analyst("Team1"), modified_at=AT("2011-01-01"))
    younger = file("a/analysts_2010.csv", analyst("Team2"), modified_at=AT("2012-01-01"))
    assert history(younger, older) == [("Team2", None, "2010-01-01")]


def test_the_same_file_touched_and_delivered_again_is_nothing() -> None:
    first = file("cases.csv", "c|3|2011-02-01 10:00:00|1-1|p", modified_at=AT("2015-01-01"))
    corrected = file("x/cases.csv", "c|1|2011-02-01 10:00:00|1-1|p", modified_at=AT("2016-01-01"))
    touched = Delivery(first.path, first.content, AT("2017-01-01"))
    assert fact(first, corrected, touched)["priority"] == 1


def test_the_latest_name_stands_in_every_version_and_a_late_older_one_in_none() -> None:
    deliveries = [
        file("analysts_2010.csv", analyst("Team1")),
        file("analysts_2012.csv", analyst("Team2", name="Ann Lee")),
        file("late/analysts.csv", analyst("Team3", name="Annie", effective="2011-06-01 00:00:00")),
    ]
    rows = support_tables(deliveries)["dim_analysts"][1:]
    assert {row["name"] for row in rows} == {"Ann Lee"}
    assert [row["valid_to"] for row in rows][-1] == AT("9999-12-31")


def test_a_case_keeps_its_first_creation_and_takes_its_latest_row() -> None:
    first = file("cases_2011.csv", "c|3|2011-02-01 10:00:00|1-1|p")
    second = file("x/cases.csv", "c|1|2011-09-09 09:00:00||q", modified_at=AT("2016-01-01"))
    again = file("y/cases.csv", "c|3|2011-02-01 10:00:00|1-1|p", modified_at=AT("2017-01-01"))
    changed, back = fact(second, first), fact(again, first, second)
    assert (changed["priority"], changed["aid"], changed["pid"]) == (1, None, "q")
    assert changed["created_at"] == AT("2011-02-01 10:00:00")
    assert changed["analyst_key"] == -1
    assert (back["priority"], back["aid"], back["pid"]) == (3, "1-1", "p")


def test_a_case_points_to_the_version_alive_when_it_was_assigned() -> None:
    cases = file("cases.csv", "c|1|2011-12-31 23:00:00|1-1|p")
    years = [file("analysts_2011.csv", analyst("Team1")), file("analysts_2012.csv", analyst("Team2"))]
    logs = file("logs.csv", "2012-01-01 00:00:00.000000|c|Assigned to analyst")
    assert fact(cases, *years)["analyst_key"] == surrogate_key("1-1", AT("2011-01-01"))
    assert fact(cases, *years, logs)["analyst_key"] == surrogate_key("1-1", AT("2012-01-01"))


def test_an_analyst_seen_only_later_is_unknown_and_one_never_seen_is_inferred() -> None:
    cases = file("cases.csv", "c|9|2011-12-31 23:00:00|1-1|p")
    assert fact(cases, file("analysts_2012.csv", analyst("Team1")))["analyst_key"] == -1
    tables = support_tables([cases, SLA])
    inferred, product = tables["dim_analysts"][1], tables["dim_products"][1]
    assert (inferred["aid"], inferred["team"], inferred["is_inferred"]) == ("1-1", None, True)
    assert tables["fact_cases"][0]["analyst_key"] == inferred["analyst_key"] == surrogate_key("1-1", AT("1900-01-01"))
    assert (product["pid"], product["product"], product["is_inferred"]) == ("p", None, True)
    assert [row["priority"] for row in tables["dim_priorities"] if row["is_inferred"]] == [9]


def test_events_count_once_and_the_last_close_resolves() -> None:
    cases = file("cases.csv", "c|1|2011-01-01 00:00:00|1-1|p")
    logs = [
        file("logs_2011.csv", "2011-01-01 03:30:00.000000|c|Response", "2011-01-01 01:00:00|c|Assigned to analyst"),
        file(
            "x/logs.csv", "2011-01-03 00:00:00.000000|c|Close", "2011-01-02 00:00:00|c|Close", "2011-01-09|c|Reopened"
        ),
        file("y/logs.csv", "2011-01-01 02:00:00|c|Assigned to analyst", "2011-01-01 00:00:01|other|Response"),
    ]
    row = fact(cases, *logs, *logs)
    assert (row["hours_to_assign"], row["hours_to_response"], row["hours_to_resolve"]) == (1.0, 3.5, 48.0)
    assert (row["created_date_id"], row["resolved_date_id"]) == (20110101, 20110103)


def test_a_log_before_its_case_waits_for_it() -> None:
    logs = file("logs.csv", "2011-01-01 03:30:00.000000|c|Response")
    assert support_tables([logs])["fact_cases"] == []
    row = fact(logs, file("cases.csv", "c|1|2011-01-01 00:00:00|1-1|p"))
    assert (row["hours_to_response"], row["hours_to_assign"], row["assigned_date_id"]) == (3.5, None, -1)


def test_a_product_repeats_its_name_below_its_level_and_lacks_what_is_not_known() -> None:
    products = file("products.csv", "l|Line|", "g|Group|l", "p|Product|g", "o|Orphan|x", "q|Grandchild|o")
    flat = {
        row["pid"]: (row["product_line"], row["product_group"], row["product"])
        for row in support_tables([products])["dim_products"]
    }
    assert flat == {
        None: (None, None, None),
        "l": ("Line", "Line", "Line"),
        "g": ("Line", "Group", "Group"),
        "p": ("Line", "Group", "Product"),
        "o": (None, None, "Orphan"),
        "q": (None, "Orphan", "Grandchild"),
    }


def test_the_calendar_spans_the_data_and_knows_holidays_and_fiscal_years() -> None:
    cases = file("cases.csv", "c|1|2021-05-01 00:00:00||p")
    holidays = {date(2020, 12, 25): "Christmas Day"}
    rows = support_tables([cases], holidays=holidays, fiscal_year_starts=4)["dim_calendar"]
    plain = support_tables([cases])["dim_calendar"][1:]
    assert all(row["fiscal_year"] == row["year"] and not row["is_holiday"] for row in plain)
    by_id = {row["date_id"]: row for row in rows}
    assert (rows[0]["date_id"], rows[0]["date"], rows[0]["is_holiday"]) == (-1, None, False)
    assert (min(by_id), rows[1]["date_id"], max(by_id)) == (-1, 20100101, 20211231)
    assert (by_id[20100101]["iso_week"], by_id[20100101]["day_of_week"], by_id[20100101]["day_abbr"]) == (53, 5, "Fri")
    assert by_id[20201225]["holiday_name"] == "Christmas Day"
    assert (by_id[20200331]["fiscal_year"], by_id[20200401]["fiscal_year"], by_id[20200401]["quarter"]) == (
        2020,
        2021,
        2,
    )


def test_the_report_opens_with_the_promise_and_means_each_teams_hours() -> None:
    analysts = file("analysts_2010.csv", analyst("B", aid="1-1"), analyst("A", aid="2-2"))
    created = [f"{cid}|{priority}|2011-01-01 00:00:00|{aid}|p" for cid, priority, aid in ("a11", "b11", "c12", "d31")]
    before = "e|1|2010-01-01 00:00:00|1-1|p"
    hours = {"a": "01", "b": "02", "c": "07", "d": "05", "e": "09"}
    logs = [f"2011-01-01 {hour}:00:00|{cid}|Assigned to analyst" for cid, hour in hours.items()]
    rows = [row.replace("|1|p", "|1-1|p").replace("|2|p", "|2-2|p") for row in created]
    report = support_tables([SLA, analysts, file("cases.csv", *rows, before), file("logs.csv", *logs)])
    assert report["team_performance"] == [
        {"team": "SLA", "priority_1": 2, "priority_2": None, "priority_3": 12},
        {"team": "A", "priority_1": 7.0, "priority_2": None, "priority_3": None},
        {"team": "B", "priority_1": 1.5, "priority_2": None, "priority_3": 5.0},
    ]
