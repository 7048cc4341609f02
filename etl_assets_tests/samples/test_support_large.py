"""What shows only in a sample that is large enough: parts, keys that could collide, cases open for long."""

from etl_assets.samples.support import SampleReport
from etl_assets_tests.oracles.deliveries import Delivery
from etl_assets_tests.samples.exported import days_of, rows_of


def test_cases_grow_with_the_scale_and_people_and_products_with_its_root(large: SampleReport) -> None:
    rows = large.rows
    assert (rows["cases_2013.csv"], rows["cases.csv"], rows["2015-01-02/cases.csv"]) == (10_100, 40_400, 1010)
    assert (rows["analysts_2014.csv"], rows["2015-01-02/analysts.csv"]) == (2010, 2010)
    assert rows["products.csv"] == 2653 + 2392 + 10_050
    assert 101 * 2900 < rows["logs.csv"] < 101 * 3200


def test_a_year_too_large_for_one_part_is_still_in_order_and_whole(large: SampleReport) -> None:
    log = (large.folder / "logs_2011.csv").read_bytes()
    times = [line[1:27] for line in log.splitlines()]
    assert times == sorted(times)
    assert log.count(b"Assigned") == log.count(b"Close") == 10_100


def test_no_key_is_given_twice_however_many_there_are(large_files: dict[str, Delivery]) -> None:
    pids = [row[0] for row in large_files["products.csv"].rows]
    assert len(set(pids)) == len(pids)
    daily = {row[0] for row in rows_of(days_of(large_files), "cases") if row[0].endswith("_2015")}
    assert len({cid.partition("-")[0] for cid in daily}) == len(daily) == 3 * 808


def test_what_was_open_at_the_handover_goes_on_in_the_daily_logs(large_files: dict[str, Delivery]) -> None:
    history = [row for row in large_files["logs.csv"].rows if row[1].endswith("2014")]
    assert max(row[0] for row in history) < "2015"
    still_open = {row[1] for row in history} - {row[1] for row in history if row[2] == "Close"}
    closed = {row[1] for row in rows_of(days_of(large_files), "logs") if row[2] == "Close"}
    assert still_open & closed


def test_what_is_open_after_a_day_goes_on_in_the_next(large_files: dict[str, Delivery]) -> None:
    first, second = ({row[1] for row in large_files[f"2015-01-0{day}/logs.csv"].rows} for day in (2, 3))
    begun = {row[0] for row in large_files["2015-01-02/cases.csv"].rows if row[0].endswith("_2015")}
    assert len(begun & first & second) > 50


def test_a_days_cases_go_to_those_who_were_there_before_it_began(large_files: dict[str, Delivery]) -> None:
    staff = {path: {row[0] for row in file.rows} for path, file in large_files.items() if "analysts" in path}
    days = [f"2015-01-0{day}" for day in (2, 3, 4)]
    left_since: set[str] = set()
    for before, day in zip(("analysts_2014.csv", *(f"{day}/analysts.csv" for day in days)), days, strict=False):
        given = {row[3] for row in large_files[f"{day}/cases.csv"].rows if row[0].endswith("_2015")}
        assert given <= staff[before]
        left_since |= given - staff[f"{day}/analysts.csv"]
    assert left_since


def test_an_old_case_is_given_only_to_those_who_were_there_before_it(large_files: dict[str, Delivery]) -> None:
    old = {row[3] for row in rows_of(days_of(large_files), "cases") if row[0].endswith("_2014")}
    there = {row[0] for year in (2013, 2014) for row in large_files[f"analysts_{year}.csv"].rows}
    assert old <= there
