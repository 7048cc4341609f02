"""Builds that ask for the touched keys alone, and the models that are built whole since their rows need others."""

from collections.abc import Sequence

import pytest

from etl_assets.datasets import Dataset, FilePattern
from etl_assets.defs.support import marts, raw
from etl_assets.names import SQL_ROOT
from etl_assets.schema import Column
from etl_assets.warehouse.models.audit import BlockingCheckFailed
from etl_assets.warehouse.models.checks import Check, accepted_values, conserves, references, unique
from etl_assets.warehouse.models.declare import Incremental, Table, Type2, View
from etl_assets.warehouse.models.reports import BuildReport
from etl_assets_tests.warehouse.models.conftest import Shop

PEOPLE = Dataset(
    name="shop/staging/people",
    columns=(Column("id"), Column("boss"), Column("team"), Column("told_at", "timestamp")),
    key=("id",),
    files=(FilePattern(pattern="people*.csv", meaning="changes"),),
    effective_at="told_at",
)
ORDERS = Dataset(
    name="shop/staging/orders",
    columns=(Column("id"), Column("person"), Column("placed_at", "timestamp")),
    key=("id",),
    files=(FilePattern(pattern="orders*.csv"),),
)
OBSERVED = "p.effective_at, p.sequence, p.op from shop_staging.people as p"
NAMES = Table(name="shop/marts/names", key=("name",))
DIM = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("team",))
FACT = Incremental(name="shop/marts/fact_orders", key=("id",), touched={"shop/staging/orders": "id"})


def people(shop: Shop, query: str, *, tracked: Sequence[str] = ("team",)) -> tuple[int, list[tuple[object, ...]]]:
    """Build over one file, then over another: the keys asked again, and the current rows."""
    shop.write("shop/marts/dim_people", f"-- One row per version.\n{query}")
    model = Type2(name=DIM.name, key=DIM.key, entity=DIM.entity, tracked=tuple(tracked))
    shop.load(PEOPLE, "people1.csv", "b,,Boss,2020-01-01 00:00:00", "a,b,X,2020-01-02 00:00:00")
    shop.build(model)
    shop.load(PEOPLE, "people2.csv", "a,b,Y,2020-02-02 00:00:00")
    touched = shop.build(model).touched
    listed = ", ".join(("id", *tracked))
    return touched, list(shop.rows(f"select {listed} from shop_marts.dim_people where is_current and id is not null"))


def orders(shop: Shop, query: str) -> tuple[int, list[tuple[object, ...]]]:
    """The same with orders."""
    shop.write("shop/marts/fact_orders", f"-- One row per order.\n{query}")
    shop.load(ORDERS, "orders1.csv", "1,a,2020-01-02 00:00:00", "2,a,2020-01-03 00:00:00")
    shop.build(FACT)
    shop.load(ORDERS, "orders2.csv", "3,a,2020-01-01 00:00:00")
    touched = shop.build(FACT).touched
    return touched, list(shop.rows("select * from shop_marts.fact_orders order by id"))


def test_a_dimension_of_its_own_rows_asks_for_the_touched_keys(shop: Shop) -> None:
    touched, rows = people(shop, f"select p.id, p.team, {OBSERVED}")
    assert (touched, sorted(rows)) == (1, [("a", "Y"), ("b", "Boss")])


def test_a_fact_of_its_own_rows_asks_for_the_touched_keys(shop: Shop) -> None:
    query = "select o.id, row_number() over (partition by o.id order by o.person) as n from shop_staging.orders as o"
    assert orders(shop, query) == (1, [("1", 1), ("2", 1), ("3", 1)])


def test_a_dimension_that_joins_other_keys_is_built_whole(shop: Shop) -> None:
    query = f"select p.id, p.team, b.team as above, {OBSERVED} left join shop_staging.people as b on b.id = p.boss"
    touched, rows = people(shop, query, tracked=("team", "above"))
    assert (touched, sorted(rows)) == (-1, [("a", "Y", "Boss"), ("b", "Boss", None)])


def test_a_dimension_whose_key_is_made_of_another_is_built_whole(shop: Shop) -> None:
    touched, rows = people(shop, f"select upper(p.id) as id, p.team, {OBSERVED}")
    assert (touched, sorted(rows)) == (-1, [("A", "Y"), ("B", "Boss")])


@pytest.mark.parametrize(
    "number",
    [
        "row_number() over (partition by o.person order by o.placed_at)",
        "(select count(*) from shop_staging.orders as e where e.placed_at <= o.placed_at)",
    ],
)
def test_a_fact_that_counts_other_rows_is_built_whole(shop: Shop, number: str) -> None:
    found = orders(shop, f"select o.id, {number} as nth from shop_staging.orders as o")
    assert found == (-1, [("1", 2), ("2", 3), ("3", 1)])


def test_the_supports_analysts_and_cases_ask_for_the_touched_keys(shop: Shop) -> None:
    for path in SQL_ROOT.glob("support/*/*.sql"):
        shop.write(str(path.relative_to(SQL_ROOT).with_suffix("")), path.read_text(encoding="utf-8"))
    touched: dict[str, int] = {}
    for year in (2010, 2011):
        for dataset in raw.DATASETS:
            shop.load(dataset, *_exported(dataset.table.table, year))
        touched = {model.table.table: shop.build(model).touched for model in marts.MODELS}
    assert (touched["dim_analysts"], touched["fact_cases"]) == (1, 2)


def _exported(table: str, year: int) -> tuple[str, ...]:
    """A year's file: an analyst, a case, and an event of it and of one that is not known."""
    day = f"{year}-06-01 00:00:00"
    lines = {
        "analysts": ("analysts.csv", f"a{year},Ann,Team,Skill,{day},{day}"),
        "cases": (f"cases_{year}.csv", f"c{year},1,{day},a{year},p1"),
        "logs": (f"logs_{year}.csv", f"{day},c{year},Close", f"{day},x{year},Close"),
    }
    return lines.get(table, (f"{table}.txt",))


NAMED = Incremental(
    name="shop/marts/fact_orders",
    key=("id",),
    touched={"shop/staging/orders": "id"},
    checks=(
        references("person", "shop/marts/names", "name"),
        accepted_values("person", ["a", "b"]),
    ),
)


@pytest.fixture
def named(shop: Shop) -> Shop:
    """Orders of a and b, who are known by name."""
    shop.write("shop/marts/fact_orders", "-- One row per order.\nselect id, person from shop_staging.orders")
    shop.source("people", "name text", "('a')", "('b')", "('c')")
    shop.write("shop/marts/names", "-- Names.\nselect name from shop_staging.people")
    shop.build(NAMES)
    shop.load(ORDERS, "orders1.csv", "1,a,2020-01-02 00:00:00", "2,b,2020-01-03 00:00:00")
    shop.build(NAMED)
    return shop


def test_a_check_of_rows_that_no_key_touched_is_asked_when_what_it_compares_with_has_changed(named: Shop) -> None:
    named.source("people", "name text", "('a')", "('c')")
    named.build(NAMES)
    with pytest.raises(BlockingCheckFailed, match="person_exists_in_names: 1 row, such as id=2"):
        named.build(NAMED)


def test_the_same_through_a_view(named: Shop) -> None:
    view = View(name="shop/marts/names")
    named.build(view)
    named.build(NAMED)
    named.source("people", "name text", "('b')", "('c')")
    if named.engine.DIALECT.VIEWS_BIND:
        named.run("create view shop_marts.names as select name from shop_staging.people")
    with pytest.raises(BlockingCheckFailed, match="person_exists_in_names: 1 row, such as id=1"):
        named.build(NAMED)


def test_what_a_check_has_found_does_not_go_away_because_other_keys_are_touched(named: Shop) -> None:
    named.load(ORDERS, "orders2.csv", "3,c,2020-01-02 00:00:00")
    assert found(named.build(NAMED)) == 1
    named.load(ORDERS, "orders3.csv", "4,a,2020-01-02 00:00:00")
    report = named.build(NAMED)
    assert (report.touched, found(report)) == (1, 1)
    named.load(ORDERS, "orders4.csv", "3,b,2020-01-02 00:00:00")
    assert found(named.build(NAMED)) == 0


def found(report: BuildReport) -> int:
    """The orders of people who are not expected."""
    return next(check.bad_rows for check in report.checks if check.name == "person_is_accepted")


def ordered(shop: Shop, check: Check, *later: str) -> BuildReport:
    """Orders with a check: two in a first file, more in another."""
    fact = Incremental(name=FACT.name, key=FACT.key, touched=FACT.touched, checks=(check,))
    shop.write(FACT.name, "-- One row per order.\nselect o.id, o.person from shop_staging.orders as o")
    shop.load(ORDERS, "orders1.csv", "1,,2020-01-02 00:00:00", "2,1,2020-01-03 00:00:00")
    shop.write("shop/marts/names", "-- One row per order.\nselect o.id as name from shop_staging.orders as o")
    shop.build(NAMES)
    shop.build(fact)
    shop.load(ORDERS, "orders2.csv", *later)
    shop.build(NAMES)
    return shop.build(fact)


def test_a_value_that_another_keys_row_has_is_found_though_that_key_is_untouched(shop: Shop) -> None:
    with pytest.raises(BlockingCheckFailed, match="person_is_unique: 1 row, such as person=1, copies=2"):
        ordered(shop, unique("person"), "3,1,2020-01-02 00:00:00")


def test_a_row_may_name_an_untouched_key_of_the_table_that_touches(shop: Shop) -> None:
    report = ordered(shop, references("person", ORDERS.name, "id"), "3,1,2020-01-02 00:00:00")
    assert (report.touched, [check.name for check in report.checks if not check.passed]) == (1, [])


@pytest.mark.parametrize("other", [(ORDERS.name, "id"), (NAMES.name, "name")])
def test_nothing_is_lost_though_most_keys_are_untouched(shop: Shop, other: tuple[str, str]) -> None:
    report = ordered(shop, conserves("id", *other), "2,,2020-01-03 00:00:00")
    assert (report.touched, [check.name for check in report.checks if not check.passed]) == (1, [])
