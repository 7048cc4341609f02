"""Members of keys that are touched and of which nothing is observed: they are there as long as facts name them."""

import pytest

from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.schema import Column
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.restate import Restated
from etl_assets_tests.warehouse.models.conftest import Shop

PEOPLE = Dataset(
    name="shop/staging/people",
    columns=(Column("id"), Column("born", "integer"), Column("team")),
    key=("id",),
    files=(FilePattern(pattern="people_{YYYY}.csv", format=Csv(), meaning="snapshot"),),
)
VISITS = Dataset(
    name="shop/staging/visits",
    columns=(Column("visit", "bigint"), Column("id"), Column("happened_at", "timestamp")),
    key=("visit",),
    files=(FilePattern(pattern="visits.csv"),),
)
DIMENSION = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("born", "team"))
FACT = Incremental(
    name="shop/marts/fact_visits",
    key=("visit",),
    touched={VISITS.name: "visit"},
    members=(Member(column="person_key", dimension=DIMENSION.name, by=("id",), at="happened_at"),),
)
POINTED = (
    "select d.id, d.team, d.is_inferred from shop_marts.fact_visits as f"
    " join shop_marts.dim_people as d on d.person_key = f.person_key"
)


@pytest.fixture
def visited(shop: Shop) -> Shop:
    """A visit of somebody whom no list has had yet."""
    observed = "p.id, p.born, p.team, p.effective_at, p.sequence, p.op"
    where = "where p.op = 'D' or p.team is distinct from 'hidden'"
    people = f"-- One row per version.\nselect {observed} from shop_staging.people as p {where}\n"
    shop.write(DIMENSION.name, people)
    shop.write(FACT.name, "-- One row per visit.\nselect v.visit, v.id, v.happened_at from shop_staging.visits as v\n")
    shop.load(PEOPLE, "people_2020.csv", "ann,1980,A")
    shop.load(VISITS, "visits.csv", "1,bob,2021-06-01 00:00:00")
    shop.build(DIMENSION)
    shop.build(FACT)
    assert shop.rows(POINTED) == [("bob", None, True)]
    return shop


@pytest.mark.parametrize("row", ["bob,not a year,B", "bob,1990,hidden"], ids=["unreadable", "left out by the query"])
def test_an_inferred_member_stays_while_nothing_is_observed_of_it(visited: Shop, row: str) -> None:
    visited.load(PEOPLE, "people_2021.csv", "ann,1980,A", row)
    assert not visited.build(DIMENSION).written
    assert visited.rows(POINTED) == [("bob", None, True)]
    assert not build_model(visited.engine, DIMENSION, sql_root=visited.root, restated=Restated(since=None)).written


def test_the_unknown_member_comes_back_when_the_dimension_is_restated(visited: Shop) -> None:
    visited.run("delete from shop_marts.dim_people where person_key = -1")
    again = build_model(visited.engine, DIMENSION, sql_root=visited.root, restated=Restated(since=None))
    assert (again.inserted, again.written) == (1, 1)
    assert visited.rows("select is_current from shop_marts.dim_people where person_key = -1") == [(True,)]
