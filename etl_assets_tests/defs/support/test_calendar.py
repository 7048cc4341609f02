"""The calendar, against Python's own."""

from datetime import date

from etl_assets_tests.defs.support.conftest import Row, Support


def days(support: Support) -> dict[date, Row]:
    rows = sorted(support.table("marts/dim_calendar"), key=lambda row: row["date_id"])
    return {row["date"]: row for row in rows if row["date_id"] != -1}


def test_it_spans_every_year_that_a_case_touches(support: Support) -> None:
    support.write("cases.csv", "c1|1|1896-03-01 12:00:00|a1|p1", "c2|1|2014-01-01 00:00:00|a1|p1")
    support.write("logs.csv", "2101-01-01 00:00:00|c2|Close", "2300-01-01 00:00:00|lost|Close")
    support.run()
    found = days(support)
    assert (min(found), max(found), len(found)) == (date(1896, 1, 1), date(2101, 12, 31), 75_240)
    for day, row in found.items():
        week = day.isocalendar()
        expected = (int(f"{day:%Y%m%d}"), day.day, day.month, day.year, week.weekday, week.week)
        columns = ("date_id", "day_of_month", "month", "year", "day_of_week", "iso_week")
        assert tuple(row[name] for name in columns) == expected


def test_days_of_the_company_come_from_one_file_that_may_change(on_duckdb: Support) -> None:
    file = on_duckdb.landing / "company_days.csv"
    file.parent.mkdir(parents=True)
    file.write_text(
        "date,holiday_name,begins_fiscal_year\n2014-12-25,Christmas,\n2014-12-26,Boxing Day,\n"
        "2013-04-01,,2014\n2014-04-01,Spring Day,2015\n"
    )
    on_duckdb.run()
    found = days(on_duckdb)
    assert {day: row["holiday_name"] for day, row in found.items() if row["is_holiday"]} == {
        date(2014, 4, 1): "Spring Day",
        date(2014, 12, 25): "Christmas",
        date(2014, 12, 26): "Boxing Day",
    }
    years = [found[date(2013, 3, 31)], found[date(2013, 4, 1)], found[date(2014, 3, 31)], found[date(2014, 4, 1)]]
    assert [row["fiscal_year"] for row in years] == [2013, 2014, 2014, 2015]
    file.write_text("date,holiday_name,begins_fiscal_year\n2014-12-25,Christmas Day,\n2014-12-26,Boxing Day,\n")
    on_duckdb.run()
    found = days(on_duckdb)
    assert [row["holiday_name"] for row in found.values() if row["is_holiday"]] == ["Christmas Day", "Boxing Day"]
    assert all(row["fiscal_year"] == day.year for day, row in found.items())


def test_no_day_has_a_row_too(on_duckdb: Support) -> None:
    on_duckdb.run()
    (none,) = [row for row in on_duckdb.table("marts/dim_calendar") if row["date_id"] == -1]
    assert {name: value for name, value in none.items() if value is not None} == {"date_id": -1, "is_holiday": False}
