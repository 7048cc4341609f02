"""Declarations that say more of a query than it gives are refused by name before anything is built."""

from dataclasses import replace

import pytest

from etl_assets.errors import DeclarationError, WarehouseError
from etl_assets.warehouse.models.checks import Check, accepted_values, not_null
from etl_assets.warehouse.models.declare import Incremental, Member, Model, Table, Type2, View
from etl_assets_tests.warehouse.models.conftest import Shop

PEOPLE = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("city",))
MEMBER = Member(column="person_key", dimension=PEOPLE.name, by="person", at="coalesce(paid_at, sold_at)")
SALES = Incremental(name="shop/marts/fact_sales", key=("id",), touched={}, members=(MEMBER,))
STOCK = Table(name="shop/marts/stock", key=("item",))


@pytest.fixture
def told(shop: Shop) -> Shop:
    """People, a sale and an item, and the SQL of their models."""
    shop.source(
        "people",
        "id text, city text, effective_at timestamp, sequence bigint, op text",
        "('a', 'Rome', timestamp '2020-01-01', 1, 'U')",
        "('b', 'Bari', timestamp '2020-01-01', 2, 'U')",
    )
    shop.source("sales", "id bigint, person text, paid_at timestamp, sold_at timestamp", "(1, 'a', null, null)")
    shop.source("items", "item text", "('x')")
    people = "id, city, effective_at, sequence, op"
    shop.write("shop/marts/dim_people", f"-- People.\nselect {people} from shop_staging.people")
    shop.write("shop/marts/fact_sales", "-- Sales.\nselect id, person, paid_at, sold_at from shop_staging.sales")
    shop.write("shop/marts/stock", "-- Items.\nselect item from shop_staging.items")
    return shop


@pytest.mark.parametrize(
    ("model", "missing"),
    [
        (replace(STOCK, key=("item", "size")), "size"),
        (replace(SALES, key=("sale",)), "sale"),
        (replace(SALES, members=(replace(MEMBER, by="buyer"),)), "buyer"),
        (replace(SALES, members=(replace(MEMBER, at="coalesce(paid_at, sent_at)"),)), "sent_at"),
        (replace(PEOPLE, key=("person",)), "person"),
        (replace(PEOPLE, tracked=("city", "street"), overwritten=("name",)), "name, street"),
        (replace(PEOPLE, tracked=(), original=("city",)), "first_sequence"),
    ],
)
def test_a_declared_column_that_the_query_does_not_give_is_refused(told: Shop, model: Model, missing: str) -> None:
    told.build(PEOPLE)
    with pytest.raises(DeclarationError, match=rf"{model.name} declares {missing}, which \w+\.sql does not give"):
        told.build(model)


def test_a_dimension_needs_the_order_of_what_it_observes(told: Shop) -> None:
    told.write("shop/marts/dim_people", "-- People.\nselect id, city, op from shop_staging.people")
    with pytest.raises(DeclarationError, match="declares effective_at, sequence, which dim_people"):
        told.build(PEOPLE)


def test_a_surrogate_key_that_the_query_gives_itself_is_refused(told: Shop) -> None:
    told.build(PEOPLE)
    query = "select id, person, paid_at, sold_at, 7 as person_key from shop_staging.sales"
    told.write("shop/marts/fact_sales", f"-- Sales.\n{query}")
    with pytest.raises(DeclarationError, match=r"fact_sales\.sql gives person_key"):
        told.build(SALES)


@pytest.mark.parametrize("model", [STOCK, View(name=STOCK.name), SALES, PEOPLE])
def test_a_check_of_no_column_is_refused(told: Shop, model: Model) -> None:
    told.build(PEOPLE)
    with pytest.raises(DeclarationError, match=f"size_is_not_null of {model.name} looks at size"):
        told.build(replace(model, checks=(not_null("size"),)))


def test_checks_may_look_at_what_the_build_puts_in(told: Shop) -> None:
    of_versions: tuple[Check, ...] = (not_null("person_key"), not_null("valid_from"))
    assert told.build(replace(PEOPLE, checks=of_versions)).rows == 3
    assert told.build(replace(SALES, checks=(not_null("person_key"),))).rows == 1


def test_two_checks_with_one_name_are_refused(told: Shop) -> None:
    checks = (accepted_values("item", ["x"]), accepted_values("item", ["y"]))
    with pytest.raises(DeclarationError, match="more than one check with the name item_is_accepted"):
        told.build(replace(STOCK, checks=checks))


def test_sql_that_the_engine_refuses_is_named(told: Shop) -> None:
    told.write("shop/marts/stock", "-- Items.\nselect item, size from shop_staging.items")
    with pytest.raises(WarehouseError, match=r"shop/marts/stock cannot be asked as stock\.sql says.*size") as refused:
        told.build(STOCK)
    assert "stock.sql" in refused.value.mend


@pytest.mark.parametrize(("op", "said"), [("'I'", "I"), ("null", "NULL"), ("'u'", "u")])
def test_an_op_that_is_neither_u_nor_d_is_refused(told: Shop, op: str, said: str) -> None:
    told.write(
        "shop/marts/dim_people",
        f"-- People.\nselect id, city, effective_at, sequence, {op} as op from shop_staging.people where id = 'a'"
        " union all select id, city, effective_at, sequence, op from shop_staging.people where id = 'b'",
    )
    with pytest.raises(DeclarationError, match=f"dim_people gives {said} as op, in 1 rows not U or D"):
        told.build(PEOPLE)


@pytest.mark.parametrize("kind", ["double precision", "real", "numeric(3,3)"])
def test_a_key_whose_text_depends_on_the_engine_is_refused(told: Shop, kind: str) -> None:
    said = f"cast(case when id = 'a' then 0.5 else 0 end as {kind}) as id, city, effective_at, sequence, op"
    told.write("shop/marts/dim_people", f"-- People.\nselect {said} from shop_staging.people")
    with pytest.raises(DeclarationError, match=r"has id in its key, of type .*, whose text is not the same on all"):
        told.build(PEOPLE)


@pytest.mark.parametrize("column", ["effective_at", "sequence"])
def test_an_observation_without_its_place_in_the_order_is_refused(told: Shop, column: str) -> None:
    """An end without a time would else end nothing."""
    said = "id, city, effective_at, sequence, op".replace(column, f"case when id = 'a' then {column} end as {column}")
    told.write("shop/marts/dim_people", f"-- People.\nselect {said} from shop_staging.people")
    with pytest.raises(DeclarationError, match="gives 1 rows with NULL as effective_at or sequence"):
        told.build(PEOPLE)
