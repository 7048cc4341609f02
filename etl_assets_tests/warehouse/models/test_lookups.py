"""Dimensions that look up another table's columns as of the time: staff and their department, orders' addresses."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import DeclarationError, WarehouseError
from etl_assets.schema import Column
from etl_assets.warehouse.models.catalogue import column_descriptions, column_lineage, tables_read
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.plan import Plan
from etl_assets_tests.warehouse.models.conftest import Shop

STAFF = Dataset(
    name="shop/staging/staff",
    columns=(Column("id"), Column("name"), Column("department"), Column("told_at", "timestamp"), Column("op")),
    key=("id",),
    files=(FilePattern(pattern="staff*.csv", meaning="changes"),),
    effective_at="told_at",
    op="op",
)
DEPARTMENTS = Dataset(
    name="shop/staging/departments",
    columns=(Column("code"), Column("title", description="What it is called."), Column("city"), Column("boss")),
    key=("code",),
    files=(FilePattern(pattern="departments_{YYYY-MM-DD}.csv", meaning="snapshot"),),
    missing="close",
)
LOOKUP = Lookup(dataset=DEPARTMENTS.name, by="department", columns={"department_name": "title", "city": "city"})
DIM = Type2(
    name="shop/marts/dim_staff",
    key=("id",),
    entity="person",
    tracked=("name", "department_name"),
    overwritten=("city",),
    lookups=(LOOKUP,),
)
QUERY = (
    "-- One row per version.\nselect s.id, s.name, s.department, s.effective_at, s.sequence, s.op\n"
    "from shop_staging.staff as s\n"
)
SALES = Dataset(
    name="shop/staging/sales",
    columns=(Column("sale"), Column("seller"), Column("sold_at", "timestamp")),
    key=("sale",),
    files=(FilePattern(pattern="sales*.csv"),),
)
FACT = Incremental(
    name="shop/marts/fact_sales",
    key=("sale",),
    touched={SALES.name: "sale"},
    members=(Member(column="person_key", dimension=DIM.name, by="seller", at="sold_at"),),
)
VERSIONS = "select id, name, department_name, city, valid_from, valid_to from shop_marts.dim_staff where id is not null"


@pytest.fixture
def staff(shop: Shop) -> Shop:
    """Two people, each of a department, which has a name since the first of January."""
    shop.write(DIM.name, QUERY)
    shop.load(DEPARTMENTS, "departments_2020-01-01.csv", "d1,Sales,Rome,x", "d2,Law,Bari,x", "d3,Art,Pisa,x")
    shop.load(STAFF, "staff1.csv", "a,Ann,d1,2020-01-05 00:00:00,U", "b,Bob,d2,2020-01-05 00:00:00,U")
    shop.build(DIM)
    return shop


def lives(shop: Shop, query: str = VERSIONS) -> list[tuple[object, ...]]:
    """The versions, with days for times and nothing for an open end."""
    rows = shop.rows(f"{query} order by id, valid_from")
    return [(*values, f"{begin:%m-%d}", f"{end:%m-%d}" if end.year < 9999 else "") for *values, begin, end in rows]


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


def test_what_is_looked_up_is_read_told_of_and_followed(tmp_path: Path) -> None:
    path = DIM.table.sql_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_text(QUERY)
    assert [table.key for table in tables_read(DIM, tmp_path)] == [DEPARTMENTS.name, STAFF.name]
    needed = Declared((STAFF, DEPARTMENTS, SALES), (DIM,)).needed_for([DIM.table], tmp_path)
    assert [dataset.name for dataset in needed.datasets] == [DEPARTMENTS.name, STAFF.name]
    lineage = column_lineage(DIM, tmp_path)
    assert lineage["department_name"] == ((DEPARTMENTS.name, "title"),)
    assert sorted(lineage) == ["city", "department_name", "id", "name"]
    assert column_descriptions(DIM, (STAFF, DEPARTMENTS), tmp_path)["department_name"] == "What it is called."
    other = replace(DIM, lookups=(replace(LOOKUP, before_first="first"),))
    assert Plan.read(DIM, tmp_path).definition != Plan.read(other, tmp_path).definition


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tracked": ("name",)}, "looks up department_name, which it does not declare"),
        ({"lookups": (LOOKUP, LOOKUP)}, "looks up city, department_name more than once"),
        ({"lookups": (replace(LOOKUP, by="city"),)}, "looks up by city, which is itself looked up"),
    ],
)
def test_a_declaration_that_cannot_be_meant_is_refused(changes: Mapping[str, object], said: str) -> None:
    with pytest.raises(DeclarationError, match=f"shop/marts/dim_staff {said}"):
        replace(DIM, **changes)  # type: ignore[arg-type]  # - fields by name


@pytest.mark.parametrize(("by", "columns"), [((), ("title",)), ("department", ())])
def test_a_lookup_of_nothing_is_refused(by: str | tuple[str, ...], columns: tuple[str, ...]) -> None:
    with pytest.raises(DeclarationError, match="A lookup of shop/staging/departments names no columns"):
        Lookup(dataset=DEPARTMENTS.name, by=by, columns=columns)


@pytest.mark.parametrize(
    ("lookup", "said"),
    [
        (replace(LOOKUP, dataset="shop/staging/depts"), "shop/staging/depts is looked up, and is no table that was"),
        (replace(LOOKUP, dataset=SALES.name), "shop/staging/sales is looked up as of a time, and its rows have none"),
        (replace(LOOKUP, by="team"), r"declares team, which dim_staff\.sql does not give"),
        (replace(LOOKUP, by=("department", "name")), "looks up shop/staging/departments by department, name"),
        (
            replace(LOOKUP, columns={"department_name": "head", "city": "city"}),
            "looks up head, which shop/staging/departments does not have",
        ),
        (
            replace(LOOKUP, columns={"name": "title", "city": "city", "department_name": "boss"}),
            r"dim_staff\.sql gives name, which the build of shop/marts/dim_staff puts in itself",
        ),
        (replace(LOOKUP, by="sequence"), "looks up by sequence, of type bigint; code of"),
    ],
)
def test_a_lookup_that_does_not_fit_what_is_there_is_refused(staff: Shop, lookup: Lookup, said: str) -> None:
    staff.load(SALES, "sales1.csv", "1,a,2020-01-10 00:00:00")
    before = lives(staff)
    with pytest.raises((DeclarationError, WarehouseError), match=f"(?i){said}"):
        staff.build(replace(DIM, lookups=(lookup,)))
    assert lives(staff) == before
