"""Dimensions that look up another table's columns as of the time: staff and their department, a table and itself."""

from dataclasses import replace

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.locks import locks_of
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.plan import Plan
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.staff import DEPARTMENTS, DIM, FACT, LOOKUP, QUERY, SALES, STAFF, lives, staffed


@pytest.fixture
def staff(shop: Shop) -> Shop:
    """Two people and their departments."""
    return staffed(shop)


def test_a_dimension_has_what_it_looks_up(staff: Shop) -> None:
    assert lives(staff) == [("a", "Ann", "Sales", "Rome", "01-05", ""), ("b", "Bob", "Law", "Bari", "01-05", "")]


def test_a_change_of_the_other_opens_a_version_of_those_that_name_it(staff: Shop) -> None:
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,y", "d2,Law,Bari,y", "d3,Art,Pisa,y")
    report = staff.build(DIM)
    assert report.written == 2
    assert lives(staff) == [
        ("a", "Ann", "Sales", "Rome", "01-05", "02-01"),
        ("a", "Ann", "Trade", "Rome", "02-01", ""),
        ("b", "Bob", "Law", "Bari", "01-05", ""),
    ]


def test_only_those_that_name_what_has_changed_are_asked_again(staff: Shop) -> None:
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x", "d2,Law,Bari,x", "d3,Art,Oslo,x")
    assert staff.build(DIM).touched == 1
    staff.load(STAFF, "staff2.csv", "b,Bea,d2,2020-03-05 00:00:00,U")
    assert staff.build(DIM).touched == 1
    assert staff.build(DIM).written == 0


def test_a_late_change_of_the_other_splits_the_version_that_it_falls_into(staff: Shop) -> None:
    staff.load(STAFF, "staff2.csv", "a,Ann,d2,2020-03-05 00:00:00,U")
    staff.load(DEPARTMENTS, "departments_2020-03-01.csv", "d1,Sales,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.build(DIM)
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.build(DIM)
    assert lives(staff)[:4] == [
        ("a", "Ann", "Sales", "Bari", "01-05", "02-01"),
        ("a", "Ann", "Trade", "Bari", "02-01", "03-01"),
        ("a", "Ann", "Sales", "Bari", "03-01", "03-05"),
        ("a", "Ann", "Law", "Bari", "03-05", ""),
    ]


def test_an_overwritten_column_has_the_last_value_in_every_version(staff: Shop) -> None:
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Sales,Oslo,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.build(DIM)
    assert lives(staff)[:1] == [("a", "Ann", "Sales", "Oslo", "01-05", "")]


def test_the_other_may_go_and_come_back(staff: Shop) -> None:
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.load(DEPARTMENTS, "departments_2020-03-01.csv", "d1,Sales,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.build(DIM)
    assert [row[2:] for row in lives(staff)[:3]] == [
        ("Sales", "Rome", "01-05", "02-01"),
        (None, "Rome", "02-01", "03-01"),
        ("Sales", "Rome", "03-01", ""),
    ]


@pytest.mark.parametrize(
    ("before_first", "expected"),
    [
        ("unknown", [("c", None, "02-01"), ("c", "Sales", ""), ("e", None, "")]),
        ("first", [("c", "Sales", ""), ("e", None, "")]),
    ],
)
def test_before_its_first_version_the_other_is_unknown_or_as_it_was_first(
    shop: Shop, before_first: str, expected: list[tuple[object, ...]]
) -> None:
    shop.write(DIM.name, QUERY)
    shop.load(STAFF, "staff1.csv", "c,Cem,d1,2020-01-05 00:00:00,U", "e,Eve,,2020-01-05 00:00:00,U")
    shop.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Sales,Rome,x")
    lookup = replace(LOOKUP, before_first=before_first)
    shop.build(replace(DIM, lookups=(lookup,)))
    assert [(row[0], row[2], row[5]) for row in lives(shop)] == expected


def test_a_gone_key_has_no_version_when_the_other_changes(staff: Shop) -> None:
    staff.load(STAFF, "staff2.csv", "a,Ann,d1,2020-01-20 00:00:00,D")
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Oslo,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    staff.build(DIM)
    assert lives(staff)[:1] == [("a", "Ann", "Sales", "Rome", "01-05", "01-20")]


def test_facts_are_pointed_to_the_version_that_the_other_opens(staff: Shop) -> None:
    staff.write(FACT.name, "-- Sales.\nselect s.sale, s.seller, s.sold_at from shop_staging.sales as s")
    staff.load(SALES, "sales1.csv", "1,a,2020-01-10 00:00:00", "2,a,2020-02-10 00:00:00", "3,b,2020-02-10 00:00:00")
    staff.build(FACT)
    staff.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    assert staff.build(DIM).repointed == {"shop/marts/fact_sales.person_key": 1}
    query = (
        "select f.sale, d.department_name from shop_marts.fact_sales as f"
        " inner join shop_marts.dim_staff as d on d.person_key = f.person_key order by f.sale"
    )
    assert list(staff.rows(query)) == [("1", "Sales"), ("2", "Trade"), ("3", "Law")]


def test_one_table_may_be_looked_up_twice(shop: Shop) -> None:
    staff = replace(STAFF, columns=(*STAFF.columns, Column("home")))
    shop.write(DIM.name, QUERY.replace("s.department,", "s.department, s.home,"))
    shop.load(staff, "staff1.csv", "a,Ann,d1,2020-01-05 00:00:00,U,d2", "b,Bob,d2,2020-01-05 00:00:00,U,d2")
    shop.load(DEPARTMENTS, "departments_2020-01-01.csv", "d1,Sales,Rome,x", "d2,Law,Bari,x")
    home = Lookup(dataset=DEPARTMENTS.name, by="home", columns={"home_name": "title"})
    model = replace(DIM, tracked=(*DIM.tracked, "home_name"), lookups=(LOOKUP, home))
    shop.build(model)
    shop.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x", "d2,Right,Bari,x")
    shop.build(model)
    query = "select id, department_name, home_name, valid_from, valid_to from shop_marts.dim_staff where id is not null"
    assert lives(shop, query) == [
        ("a", "Sales", "Law", "01-05", "02-01"),
        ("a", "Trade", "Right", "02-01", ""),
        ("b", "Law", "Law", "01-05", "02-01"),
        ("b", "Right", "Right", "02-01", ""),
    ]


def test_a_table_may_look_up_itself(shop: Shop) -> None:
    shop.write(DIM.name, QUERY)
    shop.load(STAFF, "staff1.csv", "a,Ann,b,2020-01-05 00:00:00,U", "b,Bob,,2020-01-05 00:00:00,U")
    boss = Lookup(dataset=STAFF.name, by="department", columns={"boss": "name"})
    model = replace(DIM, tracked=("name", "boss"), overwritten=(), lookups=(boss,))
    shop.build(model)
    shop.load(STAFF, "staff2.csv", "b,Bea,,2020-02-05 00:00:00,U")
    assert shop.build(model).touched == 2
    query = "select id, name, boss, valid_from, valid_to from shop_marts.dim_staff where id is not null"
    assert lives(shop, query) == [
        ("a", "Ann", "Bob", "01-05", "02-05"),
        ("a", "Ann", "Bea", "02-05", ""),
        ("b", "Bob", None, "01-05", "02-05"),
        ("b", "Bea", None, "02-05", ""),
    ]


def test_a_table_of_the_same_keys_may_be_looked_up(staff: Shop) -> None:
    badge = Dataset(
        name="shop/staging/badges",
        columns=(Column("holder"), Column("badge"), Column("since", "timestamp")),
        key=("holder",),
        files=(FilePattern(pattern="badges*.csv", meaning="changes"),),
        effective_at="since",
    )
    staff.load(badge, "badges1.csv", "a,B1,2020-01-20 00:00:00", "b,B2,2020-01-01 00:00:00")
    lookup = Lookup(dataset=badge.name, by="id", columns=("badge",))
    staff.build(replace(DIM, tracked=("badge",), overwritten=(), lookups=(lookup,)))
    query = "select id, badge, valid_from, valid_to from shop_marts.dim_staff where id is not null"
    assert lives(staff, query) == [("a", None, "01-05", "01-20"), ("a", "B1", "01-20", ""), ("b", "B2", "01-05", "")]


PLACES = Dataset(
    name="shop/staging/places",
    columns=(Column("land"), Column("number", "integer"), Column("title"), Column("since", "timestamp")),
    key=("land", "number"),
    files=(FilePattern(pattern="places*.csv", meaning="changes"),),
    effective_at="since",
)


def test_a_key_of_several_columns_is_named_in_its_order(shop: Shop) -> None:
    text = QUERY.replace("s.department,", "s.department, cast(1 as bigint) as number,")
    shop.write(DIM.name, text)
    shop.load(STAFF, "staff1.csv", "a,Ann,IT,2020-01-05 00:00:00,U", "b,Bob,,2020-01-05 00:00:00,U")
    shop.load(PLACES, "places1.csv", "IT,1,Rome,2020-01-01 00:00:00", "IT,2,Bari,2020-01-01 00:00:00")
    place = Lookup(dataset=PLACES.name, by=("department", "number"), columns=("title",))
    model = replace(DIM, tracked=("name", "title"), overwritten=(), lookups=(place,))
    shop.build(model)
    assert shop.rows("select id, title from shop_marts.dim_staff where id is not null order by id") == [
        ("a", "Rome"),
        ("b", None),
    ]


def test_at_one_instant_the_last_word_of_the_other_counts_and_the_own_change_is_no_second_one(shop: Shop) -> None:
    shop.write(DIM.name, QUERY.replace("s.department,", "s.department, cast(1 as bigint) as number,"))
    shop.load(STAFF, "staff1.csv", "a,Ann,FR,2020-02-05 00:00:00,U")
    shop.load(STAFF, "staff2.csv", "a,Ann,IT,2020-01-05 00:00:00,U")
    telling = ["IT,1,Rome,2020-01-05 00:00:00", "IT,1,Roma,2020-01-05 00:00:00", "IT,1,ROMA,2020-02-05 00:00:00"]
    shop.load(PLACES, "places1.csv", *telling, "FR,1,Nice,2020-02-05 00:00:00")
    place = Lookup(dataset=PLACES.name, by=("department", "number"), columns=("title",))
    shop.build(replace(DIM, tracked=("title",), overwritten=(), lookups=(place,)))
    query = "select id, title, valid_from, valid_to from shop_marts.dim_staff where id is not null"
    assert lives(shop, query) == [("a", "Roma", "01-05", "02-05"), ("a", "Nice", "02-05", "")]


def test_a_changed_lookup_builds_the_dimension_anew(staff: Shop) -> None:
    boss = replace(LOOKUP, columns={"department_name": "boss", "city": "city"})
    assert staff.build(replace(DIM, lookups=(boss,))).touched == -1
    assert [row[2] for row in lives(staff)] == ["x", "x"]


def test_a_table_of_which_no_file_has_come_yet_is_looked_up_in_vain(shop: Shop) -> None:
    shop.write(DIM.name, QUERY)
    load_dataset(shop.engine, DEPARTMENTS, open_lake(str(shop.root.parent / "lake")))
    shop.load(STAFF, "staff1.csv", "a,Ann,d1,2020-01-05 00:00:00,U")
    shop.build(DIM)
    assert lives(shop) == [("a", "Ann", None, None, "01-05", "")]
    shop.load(DEPARTMENTS, "departments_2020-02-01.csv", "d1,Trade,Rome,x")
    assert shop.build(DIM).touched == 1
    assert [row[2] for row in lives(shop)] == [None, "Trade"]


def test_what_is_looked_up_stands_still_while_it_is_read(staff: Shop) -> None:
    with staff.engine.reading() as session:
        assert locks_of(session, Plan.read(DIM, staff.root)).read == {STAFF.name, DEPARTMENTS.name}
