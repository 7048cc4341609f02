"""Building models: what is written, what is left alone, and what a failing check leaves behind."""

import pytest

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.models.audit import BlockingCheckFailed
from etl_assets.warehouse.models.checks import accepted_values, conserves, not_null, references
from etl_assets.warehouse.models.declare import Incremental, Member, Table, Type2, View
from etl_assets_tests.warehouse.models.conftest import Shop

ORDERS = "id bigint, state text, person text, ordered_at timestamp"
PEOPLE = "person text, city text, name text, effective_at timestamp, sequence bigint, op text"
FACT = Incremental(
    name="shop/marts/fact_orders",
    key=("id",),
    touched={},
    members=(Member(column="person_key", dimension="shop/marts/dim_people", by="person", at="ordered_at"),),
)
DIMENSION = Type2(
    name="shop/marts/dim_people", key=("person",), entity="person", tracked=("city",), overwritten=("name",)
)


@pytest.fixture
def orders(shop: Shop) -> Shop:
    """Two orders, and the models that the tests build over them."""
    shop.source(
        "orders", ORDERS, "(1, 'new', 'ann', timestamp '2020-01-05')", "(2, 'paid', 'bob', timestamp '2020-01-06')"
    )
    shop.write(
        "shop/marts/states", "-- One row per order.\n-- Grain: id.\nselect o.id, o.state from shop_staging.orders as o"
    )
    shop.write(
        "shop/marts/fact_orders",
        "-- One row per order.\nselect o.id, o.person, o.ordered_at from shop_staging.orders as o",
    )
    shop.write(
        "shop/marts/dim_people",
        "-- One row per version.\nselect p.person, p.city, p.name, p.effective_at, p.sequence, p.op"
        " from shop_staging.people as p",
    )
    return shop


def test_a_table_holds_the_rows_of_its_query(orders: Shop) -> None:
    report = orders.build(Table(name="shop/marts/states", key=("id",)))
    assert (report.rows, report.inserted) == (2, 2)
    assert orders.rows("select id, state from shop_marts.states order by id") == [(1, "new"), (2, "paid")]


def test_a_table_whose_upstreams_stand_still_is_not_written(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",))
    orders.build(model)
    before = orders.rows("select * from etl.builds order by model, version")
    assert orders.build(model).written == 0
    assert orders.rows("select * from etl.builds order by model, version") == before


def test_only_the_rows_that_differ_are_written(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",))
    orders.build(model)
    orders.source("orders", ORDERS, "(2, 'sent', 'bob', null)", "(3, 'new', 'ann', null)")
    report = orders.build(model)
    assert (report.inserted, report.updated, report.deleted) == (1, 1, 1)
    assert orders.rows("select id, state from shop_marts.states order by id") == [(2, "sent"), (3, "new")]


def test_a_row_that_is_as_it_was_is_not_written(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",))
    orders.build(model)
    orders.source("orders", ORDERS, "(1, 'new', 'ann', null)", "(2, 'sent', 'bob', null)")
    report = orders.build(model)
    assert (report.inserted, report.updated, report.deleted) == (0, 1, 0)


def test_a_changed_query_builds_the_table_anew_with_its_new_columns(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",))
    orders.build(model)
    orders.write(
        "shop/marts/states", "-- One row per order.\nselect o.id, o.state, 1 as one from shop_staging.orders as o"
    )
    assert orders.build(model).rows == 2
    assert orders.rows("select id, one from shop_marts.states order by id") == [(1, 1), (2, 1)]


def test_a_failed_blocking_check_leaves_the_old_table_standing(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",), checks=(not_null("state"),))
    orders.build(model)
    orders.source("orders", ORDERS, "(1, null, 'ann', null)", "(4, 'new', 'ann', null)")
    with pytest.raises(BlockingCheckFailed, match="state_is_not_null: 1 row, such as id=1") as failure:
        orders.build(model)
    failed = next(result for result in failure.value.results if not result.passed)
    assert failed.sample == ({"id": 1, "state": None},)
    assert "state" in failed.query
    assert orders.rows("select id, state from shop_marts.states order by id") == [(1, "new"), (2, "paid")]


def test_a_repeated_grain_blocks(orders: Shop) -> None:
    orders.source("orders", ORDERS, "(1, 'a', null, null)", "(1, 'b', null, null)")
    with pytest.raises(BlockingCheckFailed, match="id_is_unique"):
        orders.build(Table(name="shop/marts/states", key=("id",)))


def test_a_check_of_business_warns_and_publishes(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",), checks=(accepted_values("state", ["new"]),))
    report = orders.build(model)
    found = {result.name: result.bad_rows for result in report.checks}
    assert found["state_is_accepted"] == 1
    assert report.rows == 2


def test_what_checks_found_is_still_known_when_nothing_is_built(orders: Shop) -> None:
    model = Table(name="shop/marts/states", key=("id",), checks=(accepted_values("state", ["new"]),))
    first = orders.build(model)
    again = orders.build(model)
    assert again.written == 0
    assert sorted(again.checks, key=lambda check: check.name) == sorted(first.checks, key=lambda check: check.name)


def test_rows_that_reference_nothing_are_found(orders: Shop) -> None:
    orders.source("people", "person text", "('ann')")
    orders.write("shop/marts/states", "-- One row per order.\nselect o.id, o.person from shop_staging.orders as o")
    model = Table(
        name="shop/marts/states", key=("id",), checks=(references("person", "shop/staging/people", "person"),)
    )
    with pytest.raises(BlockingCheckFailed, match="person=bob"):
        orders.build(model)


def test_a_lost_row_is_found(orders: Shop) -> None:
    orders.write("shop/marts/states", "-- One row per order.\nselect o.id from shop_staging.orders as o where o.id > 1")
    model = Table(name="shop/marts/states", key=("id",), checks=(conserves("id", "shop/staging/orders", "id"),))
    with pytest.raises(BlockingCheckFailed, match="no_id_of_orders_is_lost: 1 row, "):
        orders.build(model)


def test_a_view_follows_its_upstreams(orders: Shop) -> None:
    orders.write("shop/reports/states", "-- One row per order.\nselect o.id from shop_staging.orders as o")
    model = View(name="shop/reports/states")
    assert orders.build(model).rows == 2
    orders.run("insert into shop_staging.orders values (9, 'new', 'ann', null)")
    assert orders.rows("select count(*) from shop_reports.states") == [(3,)]


def test_a_model_without_sql_says_where_to_write_it(shop: Shop) -> None:
    with pytest.raises(DeclarationError, match=r"shop/marts/nothing\.sql"):
        shop.build(View(name="shop/marts/nothing"))


def people(shop: Shop, *rows: str) -> None:
    shop.source("people", PEOPLE, *rows)


def test_versions_follow_from_observations(orders: Shop) -> None:
    people(
        orders,
        "('ann', 'Rome', 'Ann', timestamp '2020-01-01', 1, 'U')",
        "('ann', 'Bari', 'Anna', timestamp '2020-02-01', 2, 'U')",
        "('ann', 'Bari', 'Annie', timestamp '2020-03-01', 3, 'U')",
    )
    orders.build(DIMENSION)
    versions = orders.rows(
        "select city, name, cast(valid_from as date), is_current from shop_marts.dim_people"
        " where person_key <> -1 order by valid_from"
    )
    assert [(city, name, str(day), current) for city, name, day, current in versions] == [
        ("Rome", "Annie", "2020-01-01", False),
        ("Bari", "Annie", "2020-02-01", True),
    ]


def test_two_observations_that_nothing_orders_are_refused_by_name(orders: Shop) -> None:
    at = "timestamp '2020-01-01'"
    people(orders, f"('ann', 'Rome', 'Ann', {at}, 7, 'U')", f"('ann', 'Bari', 'Ann', {at}, 7, 'U')")
    with pytest.raises(DeclarationError, match="dim_people gives ann more than once at 2020-01-01 00:00:00"):
        orders.build(DIMENSION)


def test_facts_point_to_the_version_alive_and_to_inferred_members(orders: Shop) -> None:
    people(orders, "('ann', 'Rome', 'Ann', timestamp '2020-01-01', 1, 'U')")
    orders.build(DIMENSION)
    orders.build(FACT)
    found = orders.rows(
        "select f.id, d.city, d.is_inferred from shop_marts.fact_orders as f"
        " join shop_marts.dim_people as d on d.person_key = f.person_key order by f.id"
    )
    assert found == [(1, "Rome", False), (2, None, True)]


def test_a_late_version_moves_the_facts_that_fall_into_it(orders: Shop) -> None:
    people(orders, "('ann', 'Rome', 'Ann', timestamp '2020-01-01', 1, 'U')")
    orders.build(DIMENSION)
    orders.build(FACT)
    people(
        orders,
        "('ann', 'Rome', 'Ann', timestamp '2020-01-01', 1, 'U')",
        "('ann', 'Bari', 'Ann', timestamp '2020-01-04', 2, 'U')",
        "('bob', 'Pisa', 'Bob', timestamp '2020-01-01', 3, 'U')",
    )
    report = orders.build(DIMENSION)
    assert report.repointed == {"shop/marts/fact_orders.person_key": 2}
    found = orders.rows(
        "select f.id, d.city, d.is_inferred from shop_marts.fact_orders as f"
        " join shop_marts.dim_people as d on d.person_key = f.person_key order by f.id"
    )
    assert found == [(1, "Bari", False), (2, "Pisa", False)]
    assert orders.rows("select count(*) from shop_marts.dim_people where is_inferred") == [(0,)]
