"""What was held back and is loaded again equals a clean load, on each engine."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.errors import LoadRefused
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets_tests.cli.store import HEADER, ORDERS, PEOPLE, Contents, Store

GROUND = ("2,A,1,", "3,B,G,", "4,B,2,")
MANY = [f"k{number:02}" for number in range(30)]


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> Store:
    """A store that nothing has landed in."""
    return Store(engine, tmp_path / "store")


def clean(store: Store, folder: Path, *, lake: bool = False) -> Contents:
    """What a new warehouse makes of the landing folder alone, or of the lake, as the datasets are declared now."""
    other = Store(open_engine(f"duckdb:///{folder / 'clean.duckdb'}"), folder / "clean", store.datasets)
    (other.folder / "landing").symlink_to(store.folder / "landing")
    if lake:
        (other.folder / "lake").symlink_to(store.folder / "lake")
    other.run()
    return other.contents()


def columns(dataset: Dataset, **types: str) -> tuple[Column, ...]:
    """Its columns, some of another type."""
    return tuple(replace(one, type=types.get(one.name, one.type)) for one in dataset.columns)


def floors(store: Store) -> Dataset:
    """A floor that is no number, first in a snapshot and then in a change."""
    store.land("people_2020.csv", HEADER, *GROUND)
    store.land("told.csv", HEADER, "2,A,M,2020-06-01 00:00:00", "4,C,3,2020-07-01 00:00:00")
    return replace(PEOPLE, columns=columns(PEOPLE, floor="text"))


def titles(store: Store) -> Dataset:
    """A header with another title, so that the file cannot be read."""
    for year in ("2019", "2020"):
        store.land(f"people_{year}.csv", HEADER.replace("floor", "storey"), *GROUND[::2])
    store.land("people_2021.csv", HEADER.replace("floor", "storey"), GROUND[0])
    return replace(
        PEOPLE, columns=(*PEOPLE.columns[:2], Column("floor", "integer", header="storey"), PEOPLE.columns[3])
    )


def delimiters(store: Store) -> Dataset:
    """Another delimiter, so that no record can be told apart."""
    store.land("orders_1.csv", "7;2;2020-05-05 00:00:00", "8;4;2020-09-09 00:00:00")
    store.land("orders.csv", "1;2;2020-03-01 00:00:00", "2;4;2020-08-01 00:00:00")
    return replace(ORDERS, files=(FilePattern(pattern="orders*.csv", format=Csv(delimiter=";")),))


def orders_of_columns(store: Store) -> Dataset:
    """A file without a header, whose columns were declared in another order."""
    store.land("orders_1.csv", "x,7,2020-03-01 00:00:00", "y,8,2020-08-01 00:00:00")
    store.land("orders.csv", "x,1,2020-03-01 00:00:00", "4,2,2020-08-01 00:00:00")
    first, second, third = ORDERS.columns
    return replace(ORDERS, columns=(second, first, third))


def bounds(store: Store) -> Dataset:
    """A snapshot of a time at which nothing can have been."""
    store.land("people_1850.csv", HEADER, *GROUND[::2])
    return replace(PEOPLE, earliest=PEOPLE.earliest.replace(year=1800))


CORRECTED: list[Callable[[Store], Dataset]] = [floors, titles, delimiters, orders_of_columns, bounds]


@pytest.mark.parametrize("told", CORRECTED)
def test_after_a_corrected_declaration_it_equals_a_clean_load(
    store: Store, tmp_path: Path, told: Callable[[Store], Dataset]
) -> None:
    store.land("people_2019.csv", HEADER, *GROUND[::2])
    store.land("orders_1.csv", "7,2,2020-05-05 00:00:00", "8,4,2020-09-09 00:00:00", "9,3,2021-01-01 00:00:00")
    corrected = told(store)
    store.run()
    assert store.query("select count(*) from etl.quarantine") != [(0,)]
    store.declare(corrected)
    replayed = store.replay(corrected.name)
    assert (replayed.rows_held, replayed.files_held, replayed.error) == (0, 0, "")
    assert replayed.rows_loaded > 0
    wanted = clean(store, tmp_path)
    assert store.contents() == wanted
    assert clean(store, tmp_path / "store", lake=True) == wanted
    assert (
        store.query("select * from etl.files where rows_read <> rows_loaded + rows_quarantined + rows_duplicate") == []
    )
    per_load = "select sum(rows_read), sum(rows_loaded), sum(rows_quarantined), sum(rows_duplicate) from etl"
    assert store.query(f"{per_load}.loads") == store.query(f"{per_load}.files")
    store.run()
    assert store.contents() == wanted


def test_after_a_raised_limit_the_file_that_was_given_up_is_loaded(store: Store, tmp_path: Path) -> None:
    store.land("orders.csv", *(f"{number},2,soon" for number in range(20)), "20,2,2020-01-01 00:00:00")
    with pytest.raises(LoadRefused, match="20 of 21 rows"):
        store.run()
    store.run(put_aside=("orders.csv",))
    assert store.replay(ORDERS.name).files_held == 1
    store.declare(replace(ORDERS, max_bad_share=1.0))
    replayed = store.replay(ORDERS.name)
    assert (replayed.rows_loaded, replayed.rows_held, replayed.files_held) == (1, 20, 0)
    assert store.contents() == clean(store, tmp_path)


def test_a_snapshot_that_was_given_up_is_tried_again_and_stays_while_it_closes_too_much(
    store: Store, tmp_path: Path
) -> None:
    store.land("people_2019.csv", HEADER, *(f"{key},A,1," for key in MANY))
    store.run()
    store.land("people_2020.csv", HEADER, "k01,A,1,")
    store.run(put_aside=("people_2020.csv",))
    before = store.contents()
    assert store.replay(PEOPLE.name).files_held == 1
    assert store.contents() == before
    store.declare(replace(PEOPLE, max_closed_share=1.0))
    assert store.replay(PEOPLE.name).files_held == 0
    assert store.contents() == clean(store, tmp_path)
    store.declare(PEOPLE)
    assert clean(store, tmp_path / "store", lake=True) == store.contents()


def test_what_still_does_not_fit_stays_with_its_reason_of_now(store: Store, tmp_path: Path) -> None:
    store.land("people_2020.csv", HEADER, "2,A,M,", "3,B,99999999999,", "4,B,2,")
    store.run()
    reasons = "select line, reason from etl.quarantine order by 1"
    assert store.query(reasons) == [(2, "not a whole number"), (3, "out of range for integer")]
    store.declare(replace(PEOPLE, columns=columns(PEOPLE, floor="numeric(12,0)")))
    replayed = store.replay(PEOPLE.name)
    assert (replayed.rows_held, replayed.rows_held_before, replayed.rows_loaded) == (1, 2, 1)
    assert store.query(reasons) == [(2, "not a number")]
    assert store.contents() == clean(store, tmp_path)


def test_after_a_corrected_file_the_run_has_done_it_and_replay_says_so(store: Store, tmp_path: Path) -> None:
    store.land("orders.csv", "1,2,2020-03-01 00:00:00", "2,4,in August")
    store.land("people_2020.csv", HEADER, *GROUND[::2])
    store.run()
    store.land("orders.csv", "1,2,2020-03-01 00:00:00", "2,4,2020-08-01 00:00:00")
    said = store.replay(ORDERS.name)
    assert "orders.csv waits in the landing folder: a run loads it" in said.notes
    store.run()
    before = store.contents()
    replayed = store.replay(ORDERS.name)
    assert replayed.notes == (
        "orders.csv was delivered again and is loaded: of the older delivery nothing is left to do",
    )
    assert store.contents() == before == clean(store, tmp_path / "store", lake=True)
    corrected = clean(store, tmp_path)
    marts = [name for name in before if "/marts/" in name or "/reports/" in name or name == ORDERS.name]
    assert len(marts) == 4
    assert {name: before[name] for name in marts} == {name: corrected[name] for name in marts}


def test_only_a_named_file_is_tried_again(store: Store) -> None:
    for name in ("orders_1.csv", "orders_2.csv"):
        store.land(name, *(f"{name[7]}{number},2,soon" for number in range(20)), f"{name[7]},2,2020-01-01 00:00:00")
    store.run(put_aside=("orders_1.csv", "orders_2.csv"))
    store.declare(replace(ORDERS, max_bad_share=1.0))
    replayed = store.replay(ORDERS.name, "orders_2.csv")
    assert (replayed.files_held, replayed.rows_loaded) == (1, 1)
    assert store.query("select order_id from shop_staging.orders") == [(2,)]


@pytest.mark.parametrize("place", ["extract.before_manifest", "extract.after_manifest", "load.before_commit"])
def test_a_replay_that_was_killed_is_finished_by_the_next_one(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    store.land("people_2019.csv", HEADER, *GROUND[::2])
    corrected = titles(store)
    store.run()
    store.declare(corrected)
    with monkeypatch.context() as patch:
        patch.setattr("etl_assets.failpoints._passed", Counter())
        patch.setenv("ETL_FAILPOINT", f"{place}:raise")
        assert "Failpoint" in store.replay(PEOPLE.name).error
    store.run()
    if place.startswith("extract."):
        assert store.replay(PEOPLE.name).error == ""
    assert store.contents() == clean(store, tmp_path)


def test_a_file_whose_bytes_are_gone_is_named(store: Store) -> None:
    store.land("orders.csv", "1;2;2020-03-01 00:00:00", "2;4;2020-08-01 00:00:00")
    store.run()
    (store.folder / "landing" / "shop" / "orders.csv").unlink()
    store.declare(replace(ORDERS, files=(FilePattern(pattern="orders*.csv", format=Csv(delimiter=";")),)))
    replayed = store.replay(ORDERS.name)
    assert replayed.rows_held == 2
    assert any(note.startswith("orders.csv is not in the landing folder any more") for note in replayed.notes)


def test_the_lake_keeps_what_was_decided(store: Store) -> None:
    test_a_snapshot = [f"{key},A,1," for key in MANY]
    store.land("people_2019.csv", HEADER, *test_a_snapshot)
    store.run()
    store.land("people_2020.csv", HEADER, *test_a_snapshot[:1])
    store.run(allow_closing=True)
    decided = open_lake(store.settings.lake_url).decisions(PEOPLE.name).values()
    assert {one.path: one.verdict for one in decided} == {"people_2019.csv": "accepted", "people_2020.csv": "accepted"}


def test_a_file_that_another_warehouse_of_the_lake_put_aside_stays_loaded(store: Store) -> None:
    store.land("orders.csv", *(f"{number},2,soon" for number in range(20)), "20,2,2020-01-01 00:00:00")
    store.declare(replace(ORDERS, max_bad_share=1.0))
    store.run()
    (loaded,) = open_lake(store.settings.lake_url).decisions(ORDERS.name).values()
    open_lake(store.settings.lake_url).decide(ORDERS.name, [replace(loaded, verdict="aside", why="refused: there")])
    store.declare(replace(ORDERS, columns=columns(ORDERS, order_id="integer")))
    store.run()
    assert store.query("select order_id from shop_staging.orders") == [(20,)]
