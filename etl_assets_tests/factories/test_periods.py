"""Files with a day or a year in their name, as partitions and as runs of a sensor."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

import dagster as dg
import pytest

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.factories.decide import Decision
from etl_assets.factories.periods import Periods, files_by_period
from etl_assets.factories.requests import periods_requests
from etl_assets.schema import Column
from etl_assets_tests.factories.conftest import Shop

VISITS: Final = Dataset(
    name="shop/staging/visits",
    columns=(Column("visitor"),),
    key=("visitor",),
    files=(FilePattern(pattern="visits_{YYYY-MM-DD}.csv", format=Csv()),),
)
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def periods(every: Literal["year", "day"] = "day") -> Periods:
    return Periods(dataset=VISITS, every=every, first=date(2018, 11, 1))


def arrival(day: str | None, dataset: str = VISITS.name) -> Arrival:
    named_at = datetime.fromisoformat(day) if day else None
    return Arrival(dataset=dataset, path=f"visits_{day}.csv", version="1", named_at=named_at)


def ranges(days: Sequence[str], every: Literal["year", "day"] = "day") -> list[tuple[str, str]]:
    """The partitions of each run that is asked for."""
    tried = {arrival(day): 1 for day in days}
    decision = Decision(tried=tried, given_up=(), put_aside={}, dead=(), obsolete=())
    wanted = periods_requests("shop", periods(every), tried, decision)
    return [(request.tags[START], request.tags[END]) for request in wanted]


@pytest.mark.parametrize(
    ("day", "every", "is_one"),
    [
        ("2018-11-01", "day", True),
        ("2018-10-31", "day", False),
        ("2018-01-01", "year", True),
        ("2017-12-31", "year", False),
        ("0900-01-01", "year", False),
        ("9000-01-01", "day", False),
        (None, "day", False),
    ],
)
def test_a_file_is_of_a_period_that_has_begun(day: str | None, every: Literal["year", "day"], *, is_one: bool) -> None:
    assert periods(every).has(arrival(day)) is is_one


def test_today_has_a_partition_and_tomorrow_has_not() -> None:
    today = datetime.now(UTC).date()
    assert periods().has(arrival(today.isoformat()))
    assert not periods().has(arrival((today + timedelta(days=2)).isoformat()))


def test_a_file_of_another_dataset_is_of_no_period() -> None:
    assert not periods().has(arrival("2018-11-02", dataset="shop/staging/items"))


def test_days_that_follow_each_other_are_one_run() -> None:
    days = ["2018-12-01", "2018-11-30", "2018-11-29", "2019-01-01", "2018-12-31", "2019-02-01"]
    assert ranges(days) == [("2018-11-29", "2018-12-01"), ("2018-12-31", "2019-01-01"), ("2019-02-01", "2019-02-01")]
    assert ranges(days, "year") == [("2018", "2019")]


def test_many_stretches_are_one_run_over_all_of_them() -> None:
    days = [f"2019-{month:02}-01" for month in range(1, 12)]
    assert ranges(days) == [("2019-01-01", "2019-11-01")]
    assert len(ranges(days[1:])) == 10


def test_a_day_brings_in_its_own_file_alone_and_may_be_asked_for_again(shop: Shop) -> None:
    asset = files_by_period(periods())
    for day in ("2018-11-01", "2018-11-02", "2018-11-03"):
        shop.land(f"visits_{day}.csv", f"{day}\n")
    resources = {"lake": shop.lake, "landing": shop.folder / "landing"}
    for _ in range(2):
        assert dg.materialize([asset], partition_key="2018-11-02", resources=resources).success
    paths = [file.path for manifest in shop.lake.manifests(VISITS.name) for file in manifest.files]
    assert paths == ["visits_2018-11-02.csv"]
