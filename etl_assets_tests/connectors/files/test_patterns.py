"""Which dataset a file belongs to."""

from datetime import datetime

import pytest

from etl_assets.connectors.files.patterns import Claims
from etl_assets.errors import DeclarationError
from etl_assets_tests.connectors.files.landed_files import dataset


def claimed(pattern: str, path: str) -> datetime | str | None:
    """The time in the path; "no time" when it matches without one; None when it does not match."""
    claim = Claims([dataset(pattern)]).of(path)
    return claim and (claim.named_at or "no time")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("cases.csv", "cases.csv"),
        ("cases.csv", "cases.csv.gz"),
        ("cases.csv", "cases.csv.zst"),
        ("cases.csv", "new_data/deep/cases.csv"),
        ("new_data/cases.csv", "new_data/cases.csv"),
        ("cases*.csv", "cases_old.csv"),
        ("cases*.csv", "cases.csv"),
        ("*/cases.csv", "new_data/cases.csv"),
        ("cases+(1).csv", "cases+(1).csv"),
    ],
)
def test_a_pattern_matches_the_name_or_with_a_slash_the_whole_path(pattern: str, path: str) -> None:
    assert claimed(pattern, path) == "no time"


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("cases.csv", "cases_2011.csv"),
        ("cases.csv", "old_cases.csv"),
        ("cases.csv", "Cases.csv"),
        ("cases.csv", "casesXcsv"),
        ("cases.csv", "cases.csv.zip"),
        ("cases.csv", "cases.csv/x"),
        ("cases.csv", "cases.csv\n"),
        ("new_data/cases.csv", "cases.csv"),
        ("new_data/cases.csv", "x/new_data/cases.csv"),
        ("*/cases.csv", "a/b/cases.csv"),
        ("cases_{YYYY}.csv", "cases_20111.csv"),
        ("cases_{YYYY}.csv", "cases_0000.csv"),
        ("cases_{YYYY}.csv", "cases_٢٠١١.csv"),
        ("cases_{YYYYMMDD}.csv", "cases_20110230.csv"),
        ("cases_{YYYY-MM-DD}.csv", "cases_2011-13-01.csv"),
        ("{YYYYMMDD-HHMMSSmmm}.csv", "20211018-240000000.csv"),
    ],
)
def test_nothing_else_matches(pattern: str, path: str) -> None:
    assert claimed(pattern, path) is None


@pytest.mark.parametrize(
    ("pattern", "path", "time"),
    [
        ("cases_{YYYY}.csv", "cases_2011.csv", "2011-01-01"),
        ("cases_{YYYY-MM-DD}.csv", "x/cases_2011-02-03.csv", "2011-02-03"),
        ("cases_{YYYYMMDD}.csv", "cases_20110203.csv.gz", "2011-02-03"),
        ("{YYYYMMDD-HHMMSSmmm}.csv", "20211018-223933563.csv", "2021-10-18T22:39:33.563"),
        ("{YYYY}/cases.csv", "2011/cases.csv", "2011-01-01"),
        ("*_{YYYY}*.csv", "cases_2011_b.csv", "2011-01-01"),
    ],
)
def test_the_time_in_a_name_is_its_order(pattern: str, path: str, time: str) -> None:
    assert claimed(pattern, path) == datetime.fromisoformat(time)


def test_a_file_that_two_patterns_claim_is_refused_with_both() -> None:
    cases, logs = dataset("cases*.csv"), dataset("cases_log.csv", name="support/staging/logs")
    claims = Claims([cases, logs])
    assert claims.of("cases_1.csv") is not None
    with pytest.raises(
        DeclarationError, match=r"'cases\*.csv' of support/staging/cases and 'cases_log.csv' of support/staging/logs"
    ):
        claims.of("cases_log.csv")


def test_two_patterns_of_one_dataset_may_not_overlap_either() -> None:
    with pytest.raises(DeclarationError, match="is claimed by"):
        Claims([dataset("cases.csv", "*.csv")]).of("cases.csv")


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("cases_{YY}.csv", "unknown mark {YY}"), ("{YYYY}/cases_{YYYYMMDD}.csv", "more than one time")],
)
def test_a_pattern_that_cannot_be_understood_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(DeclarationError, match=reason):
        Claims([dataset(pattern)])
