"""Any day of extracts comes again from the lake, as a warehouse that is made anew would have it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from etl_assets.connectors.database.extract import extract_tables
from etl_assets.errors import DeclarationError, EtlError
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column
from etl_assets.warehouse.backfill import Days, backfill
from etl_assets.warehouse.engines import Engine, open_engine
from etl_assets.warehouse.load.report import LoadReport
from etl_assets.warehouse.load.staging import load_dataset
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.declare import Type2
from etl_assets.warehouse.models.restate import Restated
from etl_assets_tests.cli.store import ORDERS
from etl_assets_tests.connectors.database.clocks import Clocked
from etl_assets_tests.reconcile.ledgers import BOOKINGS, TABLE, Books
from etl_assets_tests.warehouse.load.typed_lake import TypedLake, extracted

FACT = Type2(
    name="shop/marts/fact_bookings",
    key=("id",),
    entity="booking",
    tracked=("last_updated", "amount", "note", "due_on"),
    unknown_member=False,
)
_SQL = (
    "-- One row per version of a booking.\nselect b.id, b.last_updated, b.amount, b.note, b.due_on, b.effective_at,"
    " b.sequence, b.op from shop_staging.bookings as b\n"
)
_STORE = "id, _first_file_id, _first_row, _last_file_id, _last_row"
_COUNTS = "load_number, rows_read, rows_loaded, rows_quarantined, rows_duplicate"
SHOWN = (
    "select * from shop_marts.fact_bookings order by 1, 2, 3",
    "select * from shop_staging.bookings order by 1, 2, 3, 4, 5, 6",
    f"select {_STORE} from shop_staging.bookings_events order by 1, 2, 3",
    f"select path, status, {_COUNTS} from etl.files order by 1",
    f"select load_id, {_COUNTS} from etl.loads order by 1",
    "select path, line, column_name, value, reason, load_number from etl.quarantine order by 1, 2",
    "select rows_now from etl.datasets",
)
TIMES = "select load_id, loaded_at, seconds from etl.loads order by 1"


def day(number: int) -> datetime:
    """Noon of a day in June."""
    return datetime(2024, 6, number, 12, tzinfo=UTC).replace(tzinfo=None)


class Business:
    """Bookings of four days, each extracted and loaded on its day."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.books = Books(f"sqlite:///{folder / 'books.db'}", engine.url, folder)
        file = FACT.table.sql_file(folder / "sql")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_SQL)

    def live(self) -> "Business":
        """Let four days go by; on the second a date is none, on the third nothing happens."""
        self.books.make()
        self.books.put("bookings", [(n, f"2024-06-01 10:{n:02}:00.000", n, "a", "2024-07-01") for n in range(1, 9)])
        self.day(1)
        self.books.do(
            "update bookings set amount = 100 + id, last_updated = '2024-06-02 09:00:00.000' where id in (2, 3)"
        )
        self.books.put("bookings", [(9, "2024-06-02 09:30:00.000", 9, "b", "soon")])
        self.books.put("bookings", [(10, "2024-06-02 09:40:00.000", 10, "b", "2024-07-02")])
        self.day(2)
        self.day(3)
        self.books.do("update bookings set note = 'c', last_updated = '2024-06-04 09:00:00.000' where id in (3, 10)")
        return self.day(4)

    def day(self, number: int) -> "Business":
        """Extract and load, as on a day."""
        source = Clocked(Path(self.books.url.removeprefix("sqlite:///")), day(number))
        assert not extract_tables(source, [TABLE], self.books.lake).failures
        load_dataset(self.engine, BOOKINGS, self.books.lake)
        return self.build()

    def build(self, *, anew: bool = False) -> "Business":
        """Bring the fact up to date; or all of it again, so that it follows what other hands have done."""
        restated = Restated(since=None) if anew else None
        build_model(self.engine, FACT, sql_root=self.folder / "sql", restated=restated)
        return self

    def again(self, first: int, last: int | None = None) -> LoadReport:
        """Bring days again, and build."""
        days = Days(first=date(2024, 6, first), last=date(2024, 6, last or first))
        report = backfill(self.engine, BOOKINGS, self.books.lake, days)
        self.build()
        return report

    def contents(self, *also: str) -> list[list[Any]]:
        """All that is to be seen of it."""
        with self.engine.reading() as session:
            return [session.rows(query) for query in (*SHOWN, *also)]


@pytest.fixture
def business(engine: Engine, tmp_path: Path) -> Business:
    return Business(engine, tmp_path).live()


DAMAGE = {
    "rows are lost": ("delete from shop_staging.bookings_events where last_updated >= timestamp '2024-06-02'",),
    "rows are others": (
        "update shop_staging.bookings_events set amount = 0 where last_updated >= timestamp '2024-06-02'",
        "update shop_staging.bookings_events set id = id + 50 where last_updated >= timestamp '2024-06-04'",
    ),
    "rows are doubled": (
        "insert into shop_staging.bookings_events select * from shop_staging.bookings_events where id >= 9",
    ),
    "nothing": (),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_days_that_come_again_are_what_a_warehouse_made_anew_has(
    business: Business, tmp_path: Path, damage: str
) -> None:
    before = business.contents(TIMES)
    anew = Business(open_engine(f"duckdb:///{tmp_path / 'anew.duckdb'}"), tmp_path)
    load_dataset(anew.engine, BOOKINGS, business.books.lake)
    assert anew.build().contents()[:3] == before[:3]
    business.books.tamper(*DAMAGE[damage])
    business.build(anew=damage != "rows are doubled")
    assert (business.contents(TIMES) == before) is (damage == "nothing")
    report = business.again(2, 4)
    assert [(file.read, file.loaded, file.quarantined) for file in report.files] == [(4, 3, 1), (2, 2, 0)]
    assert business.contents(TIMES) == before


def test_one_day_comes_again_and_what_goes_on_is_loaded_once(business: Business) -> None:
    business.books.tamper("delete from shop_staging.bookings_events where id in (2, 10)")
    assert len(business.again(2).files) == 1
    business.books.tamper("delete from shop_staging.bookings_events where id = 1")
    business.again(1)
    versions = "select id, count(*) from shop_staging.bookings where id in (1, 2, 10) group by 1 order by 1"
    with business.engine.reading() as session:
        assert session.rows(versions) == [(1, 1), (2, 2), (10, 1)]
    business.again(1, 4)
    before = business.contents(TIMES)
    business.books.do("update bookings set note = 'd', last_updated = '2024-06-05 09:00:00.000' where id = 1")
    assert business.day(5).contents()[0] != before[0]
    with business.engine.reading() as session:
        assert session.rows("select max(load_number) from etl.loads") == [(4,)]
        assert session.rows("select count(*) from shop_marts.fact_bookings where id = 1") == [(2,)]


def test_a_day_without_extracts_or_that_is_not_loaded_yet_is_an_ordinary_load(business: Business) -> None:
    before = business.contents(TIMES)
    assert business.again(3).files == ()
    assert business.contents(TIMES) == before


def test_what_is_refused_leaves_all_as_it_was(business: Business) -> None:
    before = business.contents(TIMES)
    for part in open_lake(str(business.folder / "lake")).manifests(BOOKINGS.name)[-1].parts:
        business.books.lake.storage.local_path(part.path).write_bytes(b"no parquet")
    with pytest.raises(EtlError):
        business.again(1, 4)
    assert business.contents(TIMES) == before
    with pytest.raises(DeclarationError, match="is loaded from files"):
        backfill(business.engine, ORDERS, business.books.lake, Days(first=date(2024, 6, 1), last=date(2024, 6, 1)))


def test_what_several_days_have_said_comes_again_from_all_of_them(engine: Engine, tmp_path: Path) -> None:
    """Day 3 said what day 1 had said, and day 4 something else that day 1 had said; day 2 comes from day 2 alone."""
    lake, orders = TypedLake(engine, tmp_path), extracted(Column("name"))
    for number, names in enumerate(({1: "a", 2: "x"}, {1: "b", 2: "y"}, {1: "a"}, {2: "x"}), 1):
        columns = {"id": pa.array([*names]), "name": pa.array([*names.values()])}
        lake.land(orders, columns, at=day(number))
    lake.load(orders)
    kept = "select name, _first_file_id, _last_file_id from shop_staging.orders_rows order by 1"
    before = lake.rows(kept)
    with engine.writing() as session:
        session.run("update shop_staging.orders_rows set name = 'z' where name in ('a', 'x')")
    report = backfill(engine, orders, lake.lake, Days(first=date(2024, 6, 3), last=date(2024, 6, 3)))
    assert (lake.rows(kept), len(report.files)) == (before, 3)
    assert lake.rows("select id, name from shop_staging.orders order by id") == [(1, "a"), (2, "x")]
