"""Builds, loads and one another on PostgreSQL, where they run at the same time."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Barrier, BrokenBarrierError, Event

import pytest

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import Session, open_engine
from etl_assets.warehouse.models import build, locks, members
from etl_assets.warehouse.models.declare import Incremental, Member, Table, Type2
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.tables import create_schema
from etl_assets_tests.warehouse.models.conftest import Shop

PATIENCE, MOMENT = 30.0, 0.5
STATES = Table(name="shop/marts/states", key=("id",))
OBSERVED = "id text, name text, effective_at timestamp, sequence bigint, op text"
PEOPLE = Type2(name="shop/marts/dim_people", key=("id",), entity="person", tracked=("name",))
CITIES = Type2(name="shop/marts/dim_cities", key=("id",), entity="city", tracked=("name",))
FACT = Incremental(
    name="shop/marts/fact_orders",
    key=("id",),
    touched={},
    members=(
        Member(column="person_key", dimension=PEOPLE.name, by="person", at="at"),
        Member(column="city_key", dimension=CITIES.name, by="city", at="at"),
    ),
)
Begin = Callable[[Callable[[], object]], Future[object]]


@pytest.fixture
def shop(postgres_url: str, tmp_path: Path) -> Shop:
    """A warehouse on PostgreSQL with an order of a person in a city."""
    shop = Shop(open_engine(postgres_url), tmp_path / "sql")
    shop.source("orders", "id bigint, person text, city text, at timestamp", "(1, 'a', 'k', timestamp '2020-02-01')")
    shop.write("shop/marts/states", "-- One row per order.\nselect o.id from shop_staging.orders as o")
    shop.write("shop/marts/fact_orders", "-- One row per order.\nselect id, person, city, at from shop_staging.orders")
    for name, key in (("people", "a"), ("cities", "k")):
        shop.source(name, OBSERVED, f"('{key}', 'X', timestamp '2020-01-05', 1, 'U')")
        query = f"select id, name, effective_at, sequence, op from shop_staging.{name}"
        shop.write(f"shop/marts/dim_{name}", f"-- One row per version.\n{query}")
    return shop


@pytest.fixture
def begin() -> Iterator[Begin]:
    """Runs something beside the test."""
    with ThreadPoolExecutor(4) as pool:
        yield pool.submit


def waits(future: Future[object]) -> bool:
    """Whether something is still under way after a moment."""
    return not wait([future], timeout=MOMENT).done


def test_a_schema_that_two_sessions_make_at_once_is_made_once(shop: Shop, begin: Begin) -> None:
    def make() -> None:
        with shop.engine.writing() as other:
            create_schema(other, "shop_reports")

    with shop.engine.writing() as session:
        create_schema(session, "shop_reports")
        made = begin(make)
        assert waits(made)
    made.result(PATIENCE)


def test_a_build_waits_for_a_load_of_what_it_reads(shop: Shop, begin: Begin) -> None:
    with shop.engine.writing() as load:
        load.lock(["shop/staging/orders"])
        built = begin(lambda: shop.build(STATES))
        assert waits(built)
        load.run("insert into shop_staging.orders values (2, 'a', 'k', null)")
    built.result(PATIENCE)
    assert shop.rows("select id from shop_marts.states order by id") == [(1,), (2,)]


def test_a_build_waits_for_a_load_of_what_stands_behind_a_view(shop: Shop, begin: Begin) -> None:
    shop.run("create schema shop_marts", "create view shop_marts.seen as select id from shop_staging.orders")
    shop.write("shop/marts/seen", "-- One row per order.\nselect o.id from shop_staging.orders as o")
    shop.write("shop/marts/states", "-- One row per order.\nselect o.id from shop_marts.seen as o")
    with shop.engine.writing() as load:
        load.lock(["shop/staging/orders"])
        built = begin(lambda: shop.build(STATES))
        assert waits(built)
    built.result(PATIENCE)


def test_builds_that_read_the_same_do_not_wait_for_each_other(shop: Shop, begin: Begin) -> None:
    with shop.engine.writing() as other:
        other.lock(["shop/marts/other"], shared=["shop/staging/orders"])
        begin(lambda: shop.build(STATES)).result(PATIENCE)


def test_a_fact_that_comes_in_while_two_dimensions_wait_is_moved_by_both(
    shop: Shop, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dimension in (PEOPLE, CITIES):
        shop.build(dimension)
    for name, key in (("people", "a"), ("cities", "k")):
        old, new = (f"('{key}', '{city}', timestamp '2020-01-{day}', 1, 'U')" for city, day in (("X", 5), ("Y", 20)))
        shop.source(name, OBSERVED, old, new)
    asked, gate = [Event(), Event()], Event()
    _stop_after_asking_for_locks(monkeypatch, {PEOPLE.name: asked[0], CITIES.name: asked[1]}, gate)
    _meet_before_moving(monkeypatch)
    built = [begin(lambda one=one: shop.build(one)) for one in (PEOPLE, CITIES)]
    assert all(event.wait(PATIENCE) for event in asked)
    shop.build(FACT)
    gate.set()
    for future in built:
        future.result(PATIENCE)
    pointed = "select p.name, c.name from shop_marts.fact_orders as f left join shop_marts.dim_people as p"
    pointed += " using (person_key) left join shop_marts.dim_cities as c using (city_key)"
    assert shop.rows(pointed) == [("Y", "Y")]


def _stop_after_asking_for_locks(monkeypatch: pytest.MonkeyPatch, asked: dict[str, Event], gate: Event) -> None:
    real = locks.locks_of

    def locks_of(session: Session, plan: Plan) -> locks.Locks:
        found = real(session, plan)
        if event := asked.get(plan.model.name):
            event.set()
            assert gate.wait(PATIENCE)
        return found

    monkeypatch.setattr(locks, "locks_of", locks_of)


def _meet_before_moving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two dimensions move facts at the same moment if nothing keeps them from it."""
    real, meeting = members.repoint, Barrier(2, timeout=2)

    def repoint(session: Session, name: str) -> dict[tuple[str, str], int]:
        with contextlib.suppress(BrokenBarrierError):
            meeting.wait()
        return real(session, name)

    monkeypatch.setattr(build.members, "repoint", repoint)


def test_a_fact_that_refuses_to_move_fails_the_dimension(shop: Shop) -> None:
    for model in (PEOPLE, CITIES, FACT):
        shop.build(model)
    shop.run(
        "create function stay() returns trigger language plpgsql as 'begin return null; end'",
        "create trigger stay before update on shop_marts.fact_orders for each row execute function stay()",
    )
    shop.source("people", OBSERVED, "('a', 'X', timestamp '2020-01-04', 1, 'U')")
    with pytest.raises(WarehouseError, match="fact_orders 1 rows have another person_key now; 0 were written"):
        shop.build(PEOPLE)
    assert shop.rows("select cast(valid_from as date)::text from shop_marts.dim_people where id is not null") == [
        ("2020-01-05",)
    ]
