"""Every form of the join gives every fact the member that docs/history.md says, and is chosen where it is cheapest."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import pytest
from sqlglot import exp

from etl_assets.warehouse.dialects import DuckDB, Postgres
from etl_assets.warehouse.engines.duckdb import DuckDBEngine
from etl_assets.warehouse.engines.postgres import PostgresEngine
from etl_assets.warehouse.models import forms
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.models.forms import Counts, Facts, beside, form_for
from etl_assets.warehouse.models.pointers import Dimension, dimension
from etl_assets.warehouse.statement import to_sql
from etl_assets_tests.warehouse.forms import ON_DUCKDB, ON_POSTGRES, forced
from etl_assets_tests.warehouse.models.conftest import Shop

PEOPLE: Final = "site text, person text, city text, effective_at timestamp, sequence bigint, op text"
VISITS: Final = "id bigint, site text, person text, other text, happened_at timestamp"
OBSERVED: Final = (
    "('x', 'ann', 'Rome', timestamp '2020-01-05', 1, 'U')",
    "('x', 'ann', null, timestamp '2020-01-10', 2, 'D')",
    "('x', 'ann', 'Bari', timestamp '2020-01-20', 3, 'U')",
    "('x', 'bob', 'Pisa', timestamp '2020-01-05', 4, 'U')",
    "('x', 'bob', 'Como', timestamp '2020-01-06', 5, 'U')",
    "('x', 'bob', null, timestamp '2020-01-07', 6, 'D')",
    "('y', 'ann', 'Nice', timestamp '1820-01-01', 7, 'U')",
    "('y', 'ann', 'Lyon', timestamp '1860-01-01', 8, 'U')",
    "('x', 'cid', null, timestamp '2020-01-01', 9, 'D')",
)
CASES: Final = (
    # site, person, at, then the city by default, with before_first, with in_gap, with both
    ("x", "ann", "2020-01-04 23:59:59.999999", (None, "Rome", None, "Rome")),
    ("x", "ann", "2020-01-05", ("Rome", "Rome", "Rome", "Rome")),
    ("x", "ann", "2020-01-09 23:59:59.999999", ("Rome", "Rome", "Rome", "Rome")),
    ("x", "ann", "2020-01-10", (None, None, "Rome", "Rome")),
    ("x", "ann", "2020-01-19", (None, None, "Rome", "Rome")),
    ("x", "ann", "2020-01-20", ("Bari", "Bari", "Bari", "Bari")),
    ("x", "ann", "9999-12-31", (None, None, "Bari", "Bari")),
    ("x", "ann", "0001-01-01", (None, "Rome", None, "Rome")),
    ("x", "ann", None, (None, None, None, None)),
    ("x", "bob", "2020-01-06", ("Como", "Como", "Como", "Como")),
    ("x", "bob", "2021-01-01", (None, None, "Como", "Como")),
    ("y", "ann", "1850-01-01", ("Nice", "Nice", "Nice", "Nice")),
    ("y", "ann", "1890-01-01", ("Lyon", "Lyon", "Lyon", "Lyon")),
    ("y", "bob", "2020-01-06", ("?", "?", "?", "?")),
    ("y", "bob", "1850-01-01", ("?", "?", "?", "?")),
    ("y", "bob", None, ("?", "?", "?", "?")),
    ("x", "cid", "2020-01-06", (None, None, None, None)),
    (None, "ann", "2020-01-06", (None, None, None, None)),
    ("x", None, "2020-01-06", (None, None, None, None)),
)
LENIENCE: Final = (("unknown", "unknown"), ("first", "unknown"), ("unknown", "last_before"), ("first", "last_before"))
DIMENSION: Final = Type2(name="shop/marts/dim_people", key=("site", "person"), entity="person", tracked=("city",))
MEMBER: Final = Member(column="person_key", dimension=DIMENSION.name, by=("site", "person"), at="happened_at")
FACT: Final = Incremental(name="shop/marts/fact_visits", key=("id",), touched={}, members=(MEMBER,))


@pytest.fixture(params=[*ON_DUCKDB, *ON_POSTGRES], ids=lambda dialect: dialect.__name__)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Shop:
    """A warehouse that finds versions by one form."""
    if request.param in ON_DUCKDB:
        engine = forced(DuckDBEngine, request.param)(f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
    else:
        engine = forced(PostgresEngine, request.param)(request.getfixturevalue("postgres_url"))
    shop = Shop(engine, tmp_path / "sql")
    observed = "site, person, city, effective_at, sequence, op"
    shop.write("shop/marts/dim_people", f"-- One row per version.\nselect {observed} from shop_staging.people")
    shop.write("shop/marts/fact_visits", "-- One row per visit.\nselect * from shop_staging.visits")
    return shop


def told(shop: Shop, *, people: Iterable[str] = OBSERVED) -> None:
    """Let people and visits be told, each visit with its own number."""
    shop.source("people", PEOPLE, *people)
    texts = [
        tuple("null" if said is None else f"'{said}'" for said in (site, person, at)) for site, person, at, _ in CASES
    ]
    visits = [
        f"({number}, {site}, {person}, 'ann', cast({at} as timestamp))"
        for number, (site, person, at) in enumerate(texts)
    ]
    shop.source("visits", VISITS, *visits)


def pointed(shop: Shop, column: str = "person_key") -> list[str | None]:
    """For each visit the city of its member, in order; a question mark for an inferred one."""
    query = (
        "select case when d.is_inferred then '?' else d.city end from shop_marts.fact_visits as f"
        f" join shop_marts.dim_people as d on d.person_key = f.{column} order by f.id"
    )
    return [row[0] for row in shop.rows(query)]


@pytest.mark.parametrize("number", range(len(LENIENCE)), ids=["strict", "first", "last_before", "lenient"])
def test_every_fact_gets_its_member(shop: Shop, number: int) -> None:
    before_first: Literal["unknown", "first"] = "first" if number % 2 else "unknown"
    in_gap: Literal["unknown", "last_before"] = "last_before" if number > 1 else "unknown"
    told(shop)
    shop.build(DIMENSION)
    lenient = replace(MEMBER, before_first=before_first, in_gap=in_gap)
    shop.build(replace(FACT, members=(lenient,)))
    assert pointed(shop) == [cities[number] for *_, cities in CASES]


def test_several_members_are_found_each_for_itself(shop: Shop) -> None:
    told(shop)
    shop.build(DIMENSION)
    current = Member(column="current_key", dimension=DIMENSION.name, by=("site", "person"))
    other = Member(column="other_key", dimension=DIMENSION.name, by=("site", "other"), at="happened_at")
    shop.build(replace(FACT, members=(MEMBER, current, other)))
    assert pointed(shop) == [cities[0] for *_, cities in CASES]
    now = {("x", "ann"): "Bari", ("y", "ann"): "Lyon", ("y", "bob"): "?"}
    assert pointed(shop, "current_key") == [now.get((site or "", person or "")) for site, person, *_ in CASES]
    anns = {(site, at): cities[0] for site, person, at, cities in CASES if person == "ann"}
    assert pointed(shop, "other_key")[:9] == [anns[site, at] for site, _, at, _ in CASES[:9]]


def test_facts_are_moved_as_they_are_found(shop: Shop) -> None:
    told(shop, people=OBSERVED[1:4])
    shop.build(DIMENSION)
    shop.build(FACT)
    told(shop)
    report = shop.build(DIMENSION)
    assert pointed(shop) == [cities[0] for *_, cities in CASES]
    assert report.repointed == {"shop/marts/fact_visits.person_key": 7}


@pytest.mark.parametrize(
    ("versions", "keys", "facts", "on_duckdb", "on_postgres"),
    [
        (0, 0, 1_000, "range", "range"),
        (1_000_000, 200_000, 5_000_000, "range", "range"),
        (1_000_000, 200_000, 10, "range", "range"),
        (1_000_000, 10_000, 1_000_000, "asof", "timeline"),
        (1_000_000, 10_000, 10_000, "asof", "lateral"),
    ],
)
def test_the_form_follows_from_the_counts(
    versions: int, keys: int, facts: int, on_duckdb: forms.Form, on_postgres: forms.Form
) -> None:
    counts = Counts(versions, keys)
    assert form_for(DuckDB, counts, facts) == on_duckdb
    assert form_for(Postgres, counts, facts) == on_postgres


def test_the_counts_are_of_the_dimension(shop: Shop) -> None:
    told(shop)
    shop.build(DIMENSION)
    with shop.engine.reading() as session:
        assert forms.counts_of(session, dimension(session, DIMENSION.name)) == Counts(versions=7, keys=3)


def test_a_look_into_the_index_takes_its_own_order() -> None:
    known = Dimension(DIMENSION.name, "person_key", DIMENSION.key)
    facts = Facts(query=exp.select("f.*").from_("asked as f"), columns=("site", "person", "happened_at"))
    told, _ = beside(facts, known, MEMBER, "d", "lateral")
    assert "ORDER BY v.valid_from DESC LIMIT 1" in to_sql(told.query, Postgres)
