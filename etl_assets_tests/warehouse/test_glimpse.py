"""What pages show of a table, on both engines."""

from datetime import date, datetime
from pathlib import Path

import pytest

from etl_assets.names import TableName
from etl_assets.warehouse import glimpse
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.declare import BEGINNING, Type2
from etl_assets_tests.warehouse.models.conftest import Shop

PEOPLE = "person text, city text, name text, effective_at timestamp, sequence bigint, op text"
DIMENSION = Type2(name="shop/marts/dim_people", key=("person",), entity="person", tracked=("city", "name"))
SINCE_EVER = Type2(
    name="shop/marts/dim_people",
    key=("person",),
    entity="person",
    tracked=("city", "name"),
    beginning=BEGINNING,
)
TOLD = (
    ("ann", "Rome", "Ann", date(2020, 1, 1)),
    ("ann", "Bari", "Ann", date(2020, 1, 3)),
    ("bob", "Rome", "Bob", date(2020, 1, 1)),
    ("bob", "Pisa", "Bob", date(2020, 2, 1)),
    ("bob", "Pisa", "Rob", date(2020, 2, 9)),
    ("cleo", "Rome", "Cleo", date(2020, 3, 1)),
)
TIMES = TableName("shop", "staging", "times")


@pytest.fixture
def shop(engine: Engine, tmp_path: Path) -> Shop:
    """What was told of three people, and what a dimension makes of it."""
    shop = Shop(engine, tmp_path / "sql")
    rows = (
        f"('{who}', '{city}', '{name}', timestamp '{day}', {number}, 'U')"
        for number, (who, city, name, day) in enumerate(TOLD)
    )
    shop.source("people", PEOPLE, *rows)
    shop.write(
        DIMENSION.name,
        "-- One row per version.\nselect p.person, p.city, p.name, p.effective_at, p.sequence, p.op"
        " from shop_staging.people as p",
    )
    return shop


def test_the_newest_rows_come_first_and_null_last(shop: Shop) -> None:
    rows = ("(1, timestamp '2020-01-01', 'x')", "(2, null, 'x')", "(3, timestamp '2020-01-02', 'x')")
    shop.source("times", "id bigint, sold_at timestamp, note text", *rows)
    with shop.engine.reading() as session:
        columns = session.columns("shop_staging", "times")
        shown = glimpse.newest_rows(session, TIMES, columns, key=("id",))
    assert [row["id"] for row in shown] == [3, 1, 2]
    assert shown[0] == {"id": 3, "sold_at": datetime(2020, 1, 2), "note": "x"}  # noqa: DTZ001 - as the warehouse has it


def test_without_a_time_the_first_keys_come_and_never_more_than_a_few(shop: Shop) -> None:
    shop.source("times", "id bigint", *(f"({number})" for number in range(40, 0, -1)))
    with shop.engine.reading() as session:
        assert [row["id"] for row in glimpse.newest_rows(session, TIMES, {"id": "bigint"}, key=("id",))] == [
            *range(1, 21)
        ]
        many = glimpse.newest_rows(session, TIMES, {"id": "bigint"}, rows=glimpse.MOST_ROWS + 1, key=("id",))
    assert len(many) == glimpse.PREVIEWED


def test_the_project_s_own_time_is_preferred() -> None:
    assert glimpse.time_column({"created_at": "TIMESTAMP", "valid_from": "timestamp without time zone"}) == "valid_from"
    assert glimpse.time_column({"name": "text", "date": "DATE", "at": "timestamp"}) == "date"
    assert glimpse.time_column({"name": "text", "candidate": "varchar"}) is None


def test_rows_are_counted_by_day(shop: Shop) -> None:
    with shop.engine.reading() as session:
        days = glimpse.rows_by_day(session, TableName("shop", "staging", "people"), "effective_at")
    assert days[:2] == [(date(2020, 1, 1), 2), (date(2020, 1, 3), 1)]


def test_versions_are_counted_by_day_without_the_unknown_member(shop: Shop) -> None:
    shop.build(DIMENSION)
    with shop.engine.reading() as session:
        assert glimpse.versions_by_day(session, DIMENSION) == [
            (date(2020, 1, 1), 2),
            (date(2020, 1, 3), 1),
            (date(2020, 2, 1), 1),
            (date(2020, 2, 9), 1),
            (date(2020, 3, 1), 1),
        ]


def test_versions_that_begin_where_all_do_are_not_counted(shop: Shop) -> None:
    shop.build(SINCE_EVER)
    with shop.engine.reading() as session:
        found = glimpse.versions_by_day(session, SINCE_EVER)
    assert found == [(date(2020, 1, 3), 1), (date(2020, 2, 1), 1), (date(2020, 2, 9), 1)]


def test_the_longest_life_is_that_of_the_key_with_the_most_versions(shop: Shop) -> None:
    shop.build(DIMENSION)
    with shop.engine.reading() as session:
        life = glimpse.longest_life(session, DIMENSION)
    assert life is not None
    assert (life.key, life.until.date()) == ({"person": "bob"}, date(2020, 3, 1))
    assert [version.values for version in life.versions] == [
        {"city": "Rome", "name": "Bob"},
        {"city": "Pisa", "name": "Bob"},
        {"city": "Pisa", "name": "Rob"},
    ]
    begins = [version.begins for version in life.versions]
    assert [begin and begin.date() for begin in begins] == [date(2020, 1, 1), date(2020, 2, 1), date(2020, 2, 9)]
    assert [version.ends for version in life.versions] == [*begins[1:], None]


def test_a_life_since_ever_has_no_beginning(shop: Shop) -> None:
    shop.build(SINCE_EVER)
    with shop.engine.reading() as session:
        life = glimpse.longest_life(session, SINCE_EVER)
    assert life is not None
    assert [version.begins is None for version in life.versions] == [True, False, False]


def test_where_nothing_has_two_versions_there_is_no_life_to_show(shop: Shop) -> None:
    shop.run("delete from shop_staging.people where sequence not in (0, 5)")
    shop.build(DIMENSION)
    with shop.engine.reading() as session:
        assert glimpse.longest_life(session, DIMENSION) is None
