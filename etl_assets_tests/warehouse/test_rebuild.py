"""A warehouse that is made again from the lake equals the one that it replaces; until it is whole, that one stands."""

import os
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from etl_assets.errors import DeclarationError, LoadRefused, WarehouseError
from etl_assets.lake.lake import open_lake
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.engines.aside import OWNERS, Swapped
from etl_assets.warehouse.ledger import TABLES
from etl_assets.warehouse.rebuild.rebuild import Rules, rebuild
from etl_assets_tests.cli.store import HEADER, ORDERS, Store

PLACES = ("load.after_merge", "model.after_apply", "rebuild.before_swap", "rebuild.in_swap", "rebuild.before_commit")
_processes = get_context("forkserver")
_processes.set_forkserver_preload([__name__, "duckdb", "psycopg", "pyarrow.parquet"])
LOADS = "select dataset, load_id, load_number, loaded_at from etl.loads order by 1, 2"


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> Store:
    """A store with a life: files in several loads, one let pass, one given up, bad rows, one replayed, a late one."""
    found = Store(engine, tmp_path / "store")
    people = [f"{number},{'AB'[number % 2]},{number}," for number in range(30)]
    found.land("people_2019.csv", HEADER, *people)
    found.land("orders_1.csv", "1,2,2019-05-05 00:00:00", "2,77,2020-09-09 00:00:00", "3,3,soon")
    found.run()
    found.land("people_2021.csv", HEADER, *people[:15], "15,C,x,")
    found.run(allow_closing=True)
    found.land("people_2022.csv", HEADER, "99,A,1,")
    found.land("orders_2.csv", *(f"{number},1,soon" for number in range(20)))
    found.run(put_aside=("people_2022.csv", "orders_2.csv"))
    found.land("orders_5.csv", *(f"{number},1,late" for number in range(50, 70)), "70,4,2020-02-02 00:00:00")
    with pytest.raises(LoadRefused):
        found.run()
    found.run(put_aside=("orders_5.csv",))
    found.declare(replace(ORDERS, max_bad_share=1.0))
    assert found.replay(ORDERS.name, "orders_5.csv").rows_loaded == 1
    found.declare(ORDERS)
    found.land("people_2020.csv", HEADER, *people, "31,A,1,")
    found.land("told.csv", HEADER, "2,Z,1,2020-06-01 00:00:00")
    found.run()
    return found


def again(store: Store, *, engine: Engine | None = None, rules: Rules | None = None) -> Swapped:
    """Make it again."""
    lake = open_lake(store.settings.lake_url)
    return rebuild(engine or store.engine, "shop", store.declared, lake, rules=rules or Rules(), sql_root=store.sql)


def _in_a_process(url: str, folder: Path, failpoint: str) -> None:
    os.environ["ETL_FAILPOINT"] = failpoint
    again(Store(open_engine(url), folder))


def test_into_an_empty_database_from_the_lake_alone_every_table_is_the_same(store: Store, tmp_path: Path) -> None:
    other = Store(open_engine(f"duckdb:///{tmp_path / 'other.duckdb'}"), tmp_path / "copy")
    (other.folder / "lake").symlink_to(store.folder / "lake")
    again(other)
    assert other.contents() == store.contents()
    assert store.query("select count(*) from shop_staging.orders where order_id = 70") == [(1,)]
    assert store.query("select count(*) from etl.files where status = 'quarantined'") == [(2,)]


def test_once_all_is_gone_it_comes_back_the_same(store: Store) -> None:
    before = store.contents()
    with store.engine.writing() as session:
        for schema in ("shop_reports", "shop_marts", "shop_staging", "etl"):
            session.run(f"drop schema {schema} cascade")
    again(store)
    assert store.contents() == before


def test_over_itself_every_table_is_the_same_and_so_are_the_times_of_its_loads(store: Store) -> None:
    before, loads = store.contents(), store.query(LOADS)
    damaged = "update shop_marts.dim_people set team = 'nobody'", "delete from shop_staging.orders_rows"
    with store.engine.writing() as session:
        for statement in damaged:
            session.run(statement)
    assert store.contents() != before
    assert again(store) == Swapped()
    assert (store.contents(), store.query(LOADS)) == (before, loads)
    store.run()
    assert (store.contents(), store.query(LOADS)) == (before, loads)
    store.land("orders_3.csv", "4,2,2021-05-05 00:00:00")
    store.run()
    assert store.query("select max(load_number) from etl.loads where dataset = 'shop/staging/orders'") == [(4,)]


@pytest.mark.parametrize("place", PLACES)
def test_one_that_is_killed_leaves_the_old_one_and_the_next_leaves_nothing_behind(
    store: Store, tmp_path: Path, place: str
) -> None:
    before = store.contents()
    process = _processes.Process(target=_in_a_process, args=(store.engine.url, store.folder, f"{place}:kill"))
    process.start()
    process.join()
    assert process.exitcode == -9
    assert store.contents() == before
    again(store)
    assert store.contents() == before
    assert [path.name for path in tmp_path.glob("*rebuil*")] == []
    schemas = store.query(
        "select schema_name from information_schema.schemata where schema_name like 'shop%' order by 1"
    )
    assert schemas == [("shop_marts",), ("shop_reports",), ("shop_staging",)]


def test_a_waiting_file_that_is_refused_refuses_the_rebuild_unless_it_is_put_aside(store: Store) -> None:
    store.land("orders_4.csv", *(f"{number},1,late" for number in range(20)))
    with pytest.raises(LoadRefused):
        store.run()
    before = store.contents()
    with pytest.raises(LoadRefused, match=r"orders_4\.csv: 20 of 20"):
        again(store)
    assert store.contents() == before
    again(store, rules=Rules(put_aside=("orders_4.csv",)))
    assert store.query("select count(*) from etl.files where status = 'quarantined'") == [(3,)]


def test_a_declaration_by_which_a_loaded_row_would_be_lost_is_refused(store: Store) -> None:
    before = store.contents()
    first, second, third = ORDERS.columns
    store.declare(replace(ORDERS, columns=(first, replace(second, type="date"), third)))
    with pytest.raises((DeclarationError, LoadRefused)):
        again(store)
    store.declare(ORDERS)
    assert store.contents() == before


def test_decisions_that_only_the_ledgers_know_go_into_the_lake(store: Store, tmp_path: Path) -> None:
    before = store.contents()
    for record in (store.folder / "lake").rglob("decisions/*.json"):
        record.unlink()
    again(store)
    assert store.contents() == before
    other = Store(open_engine(f"duckdb:///{tmp_path / 'other.duckdb'}"), tmp_path / "copy")
    (other.folder / "lake").symlink_to(store.folder / "lake")
    again(other)
    assert other.contents() == before


def test_what_others_have_made_there_is_kept(store: Store) -> None:
    with store.engine.writing() as session:
        session.run("create table shop_marts.mine as select 1 as a")
        session.run("create view shop_marts.seen as select team from shop_marts.dim_people")
        session.run("create schema people")
        session.run("create view people.teams as select distinct team from shop_marts.seen")
        session.run("insert into etl.failures values ('other/marts/x', 'm', timestamp '2020-01-01')")
    seen = store.query("select team from people.teams order by 1")
    swapped = again(store)
    assert store.query("select team from people.teams order by 1") == seen
    assert store.query("select a from shop_marts.mine") == [(1,)]
    assert store.query("select asset from etl.failures") == [("other/marts/x",)]
    assert "shop_marts.mine" in swapped.kept
    if store.engine.file is None:
        assert swapped.remade == ("people.teams", "shop_marts.seen")


def test_grants_are_kept_on_postgresql(store: Store) -> None:
    if store.engine.file is not None:
        pytest.skip("DuckDB knows no rights.")
    with store.engine.writing() as session:
        session.run("drop role if exists reader_of_shop")
        session.run("create role reader_of_shop")
        session.run("grant usage on schema shop_marts to reader_of_shop")
        session.run("grant select on shop_marts.dim_people to reader_of_shop")
        session.run("grant select (order_id) on shop_marts.fact_orders to public")
    again(store)
    rights = (
        "select has_schema_privilege('reader_of_shop', 'shop_marts', 'usage'),"
        " has_table_privilege('reader_of_shop', 'shop_marts.dim_people', 'select'),"
        " has_column_privilege('reader_of_shop', 'shop_marts.fact_orders', 'order_id', 'select'),"
        " has_table_privilege('reader_of_shop', 'shop_marts.fact_orders', 'select')"
    )
    assert store.query(rights) == [(True, True, True, False)]
    with store.engine.writing() as session:
        session.run("drop owned by reader_of_shop")
        session.run("drop role reader_of_shop")


def test_what_hangs_on_a_table_of_ours_refuses_the_rebuild_by_name(store: Store) -> None:
    if store.engine.file is not None:
        pytest.skip("DuckDB has no materialized views.")
    with store.engine.writing() as session:
        session.run("create materialized view public.kept as select team from shop_marts.dim_people")
    before = store.contents()
    with pytest.raises(WarehouseError, match=r"public\.kept reads the warehouse"):
        again(store)
    assert store.contents() == before


def test_every_ledger_but_that_of_what_was_given_up_for_good_is_replaced() -> None:
    assert {*OWNERS, "dead_letters"} == set(TABLES)
