"""The real restaurants: nested documents as tables, each value what plain Python reads."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from etl_assets.warehouse.documents.declare import DocumentsReport
from etl_assets_tests.defs.dms.bucket import RESTAURANTS, Filled

_TABLES = ("restaurants", "restaurants_grades", "restaurants_address_coord", "restaurants_fields")
Documents = list[dict[str, Any]]


@pytest.fixture(scope="module")
def documents(real_data: Path) -> Documents:
    """All of them, as Python reads them."""
    return json.loads((real_data / "dms" / "restaurants" / "primer-dataset.json").read_text(encoding="utf-8"))


def roots(documents: Documents) -> list[tuple[Any, ...]]:
    return sorted(
        (
            one["restaurant_id"],
            one["borough"],
            one["cuisine"],
            one["name"],
            *(one["address"][name] for name in ("building", "street", "zipcode")),
        )
        for one in documents
    )


def coords(documents: Documents) -> list[tuple[str, int, float]]:
    return sorted(
        (one["restaurant_id"], position, float(value))
        for one in documents
        for position, value in enumerate(one["address"]["coord"])
    )


def grades(documents: Documents) -> list[tuple[Any, ...]]:
    return sorted(
        (
            one["restaurant_id"],
            position,
            datetime.fromtimestamp(grade["date"]["$date"] / 1000, UTC).replace(tzinfo=None),
            grade["grade"],
            grade["score"],
        )
        for one in documents
        for position, grade in enumerate(one["grades"])
    )


def test_every_value_is_where_it_belongs(documents: Documents, real_data: Path, tmp_path: Path, url: str) -> None:
    assert len(documents) == 5_169
    filled = Filled.of(tmp_path, url, RESTAURANTS)
    filled.copy(real_data / "dms" / "restaurants" / "primer-dataset.json", "app/restaurants/all.json")
    report = filled.run()["dms/marts/restaurants"]
    assert isinstance(report, DocumentsReport)
    expected = {"dms/marts/restaurants_grades": 24_839, "dms/marts/restaurants_address_coord": 10_336}
    assert (report.rows, dict(report.tables)) == (5_169, expected)
    columns = "restaurant_id, borough, cuisine, name, address_building, address_street, address_zipcode"
    assert sorted(filled.rows(f"select {columns} from dms_marts.restaurants")) == roots(documents)
    found = filled.rows('select restaurant_id, "position", value from dms_marts.restaurants_address_coord')
    assert sorted(found) == coords(documents)
    columns = 'restaurant_id, "position", date, grade, score'
    assert sorted(filled.rows(f"select {columns} from dms_marts.restaurants_grades")) == grades(documents)
    again = filled.run()["dms/marts/restaurants"]
    assert isinstance(again, DocumentsReport)
    assert (again.written, again.tables) == (0, report.tables)


def test_in_any_order_and_grouping_the_tables_are_the_same(documents: Documents, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - an order to try
    some = documents[:300]
    url = f"duckdb:///{tmp_path / 'whole.duckdb'}"
    whole = Filled.of(tmp_path / "whole", url, RESTAURANTS)
    whole.land("app/restaurants/all.json", json.dumps(some))
    whole.run()
    pieces = Filled.of(tmp_path / "pieces", f"duckdb:///{tmp_path / 'pieces.duckdb'}", RESTAURANTS)
    chance.shuffle(some)
    for number in range(0, 300, 70):
        pieces.land(f"app/restaurants/{number}.json", json.dumps(some[number : number + 70]))
        if chance.random() < 1 / 2:
            pieces.run()
    pieces.run()
    assert pieces.everything(_TABLES) == whole.everything(_TABLES)
    assert whole.rows("select count(*) from dms_marts.restaurants") == [(300,)]
