"""Where facts point when their dimension has no version for them, and at the edges of one."""

from dataclasses import replace

import pytest

from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import members
from etl_assets.warehouse.models.audit import BlockingCheckFailed
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.restate import Restated
from etl_assets_tests.warehouse.models.conftest import Shop
from etl_assets_tests.warehouse.models.test_build import DIMENSION, FACT, ORDERS, PEOPLE

ROME = "('ann', 'Rome', 'Ann', timestamp '2020-01-01', 1, 'U')"
BARI = "('ann', 'Bari', 'Ann', timestamp '2020-01-05', 2, 'U')"
POINTED = (
    "select f.id, d.person, d.city, d.is_inferred from shop_marts.fact_orders as f"
    " join shop_marts.dim_people as d on d.person_key = f.person_key order by f.id"
)


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """The SQL of a dimension of people and of their orders."""
    shop.write(
        "shop/marts/fact_orders", "-- One row per order.\nselect id, person, ordered_at from shop_staging.orders"
    )
    shop.write(
        "shop/marts/dim_people",
        "-- One row per version.\nselect person, city, name, effective_at, sequence, op from shop_staging.people",
    )
    return shop


def built(shop: Shop, people: list[str], orders: list[str]) -> list[tuple[object, ...]]:
    """What the orders point to when these people and orders are told."""
    shop.source("people", PEOPLE, *people)
    shop.build(DIMENSION)
    shop.source("orders", ORDERS, *orders)
    shop.build(FACT)
    return list(shop.rows(POINTED))


def inferred(shop: Shop) -> list[tuple[object, ...]]:
    """The people that are only inferred."""
    return list(shop.rows("select person from shop_marts.dim_people where is_inferred order by person"))


def test_a_fact_at_the_very_beginning_of_a_version_points_to_it(sold: Shop) -> None:
    orders = ["(1, '', 'ann', timestamp '2020-01-04 23:59:59.999999')", "(2, '', 'ann', timestamp '2020-01-05')"]
    assert [row[2] for row in built(sold, [ROME, BARI], orders)] == ["Rome", "Bari"]


def test_an_inferred_member_goes_with_the_last_fact_that_names_it(sold: Shop) -> None:
    bob, carl = "(1, '', 'bob', timestamp '2020-01-05')", "(1, '', 'carl', timestamp '2020-01-05')"
    assert built(sold, [ROME], [bob]) == [(1, "bob", None, True)]
    assert built(sold, [ROME], [carl]) == [(1, "carl", None, True)]
    assert inferred(sold) == [("carl",)]


def test_a_key_of_which_only_the_end_is_known_is_not_inferred(sold: Shop) -> None:
    end = "('bob', null, null, timestamp '2020-01-01', 1, 'D')"
    assert built(sold, [end], ["(1, '', 'bob', timestamp '2020-01-05')"]) == [(1, None, None, False)]
    assert inferred(sold) == []


def test_a_key_of_which_not_even_the_end_is_told_any_longer_is_inferred(sold: Shop) -> None:
    end = "('bob', null, null, timestamp '2020-01-01', 1, 'D')"
    built(sold, [end], ["(1, '', 'bob', timestamp '2020-01-05')"])
    sold.source("people", PEOPLE, ROME)
    assert len(sold.build(DIMENSION).repointed) == 1
    assert list(sold.rows(POINTED)) == [(1, "bob", None, True)]


@pytest.fixture
def unmoving(monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that forgets to move the facts."""

    def repoint(session: Session, name: str) -> dict[tuple[str, str], int]:
        del session, name
        return {}

    monkeypatch.setattr(members, "repoint", repoint)


@pytest.mark.usefixtures("unmoving")
def test_a_dimension_whose_facts_stay_behind_is_not_published(sold: Shop) -> None:
    built(sold, [ROME], ["(1, '', 'ann', timestamp '2020-01-05')"])
    sold.source("people", PEOPLE, ROME.replace("2020-01-01", "2019-12-01"), ROME.replace("1, 'U'", "2, 'U'"))
    with pytest.raises(BlockingCheckFailed, match="facts_point_to_versions: 1 row, such as fact=shop/marts/fact_ord"):
        sold.build(DIMENSION)
    assert [row[2] for row in sold.rows(POINTED)] == ["Rome"]


@pytest.mark.usefixtures("unmoving")
def test_nor_one_whose_inferred_members_have_other_keys_now(sold: Shop) -> None:
    built(sold, [ROME], ["(1, '', 'bob', timestamp '2020-01-05')"])
    with pytest.raises(BlockingCheckFailed, match="facts_point_to_versions: 1 row, "):
        sold.build(replace(DIMENSION, salt="x"))
    assert [row[1] for row in sold.rows(POINTED)] == ["bob"]


def test_facts_that_alone_are_moved_are_written_down(sold: Shop) -> None:
    """As when other hands have written them: the dimension itself has not changed."""
    built(sold, [ROME], ["(1, '', 'ann', timestamp '2020-01-05')"])
    sold.run("update shop_marts.fact_orders set person_key = -1")
    build_model(sold.engine, DIMENSION, sql_root=sold.root, restated=Restated())
    assert list(sold.rows("select rows_moved from etl.repoints")) == [(1,)]


def test_a_facts_time_is_the_same_column_in_small_and_capital_letters(sold: Shop) -> None:
    fact = replace(FACT, members=tuple(replace(member, at="Ordered_At") for member in FACT.members))
    sold.source("people", PEOPLE, ROME)
    sold.build(DIMENSION)
    sold.source("orders", ORDERS, "(1, '', 'ann', timestamp '2020-01-06')")
    sold.build(fact)
    sold.source("people", PEOPLE, ROME, BARI)
    sold.build(DIMENSION)
    assert [row[2] for row in sold.rows(POINTED)] == ["Bari"]
