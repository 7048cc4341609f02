"""Extracts in a warehouse: their times and operations, their schemas, what does not fit, and making it all again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from etl_assets.cli.replay import replay_dataset
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.errors import LakeError, LoadRefused
from etl_assets.names import TableName
from etl_assets.schema import Column
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.models.build import build_model
from etl_assets.warehouse.models.closure import Declared
from etl_assets.warehouse.models.declare import Type2
from etl_assets.warehouse.quarantine import held_rows
from etl_assets.warehouse.rebuild.rebuild import Rules, rebuild
from etl_assets_tests.warehouse.load.typed_lake import ZERO, TypedLake, extracted

PRICE = Column("price", "numeric(10,2)")
ORDERS = extracted(
    PRICE,
    Column("note", null_texts=("", "NULL")),
    Column("changed_at", "timestamp", header="_at"),
    Column("operation", header="_op"),
    extracted="changes",
    effective_at="changed_at",
    op="operation",
)
FACT = Type2(
    name="shop/marts/fact_orders",
    key=("id",),
    entity="record",
    tracked=("price", "note"),
    unknown_member=False,
)
QUERY = (
    "-- One row per version.\nselect o.id, o.price, o.note, o.effective_at, o.sequence, o.op\n"
    "from shop_staging.orders as o\n"
)
VERSIONS = "select id, price, note, valid_from, is_current from shop_marts.fact_orders order by id, valid_from"


@pytest.fixture
def lake(engine: Engine, tmp_path: Path) -> TypedLake:
    return TypedLake(engine, tmp_path)


def at(*minutes: int | None) -> pa.Array:
    moments = [None if each is None else ZERO + timedelta(minutes=each) for each in minutes]
    return pa.array(moments, pa.timestamp("us"))


def told(
    prices: Sequence[str | None], *, minutes: pa.Array, ops: list[str], ids: list[int] | None = None
) -> dict[str, pa.Array]:
    """Changes of orders, from 1 on unless their numbers are given."""
    return {
        "id": pa.array(ids or range(1, len(prices) + 1), pa.int32()),
        "price": pa.array(prices).cast(pa.decimal128(8, 2)),
        "note": pa.array(["NULL"] * len(prices)),
        "_at": minutes,
        "_op": pa.array(ops),
    }


def versions(lake: TypedLake, sql: Path) -> list[tuple[object, ...]]:
    """The fact's versions after a build: minutes for times."""
    path = TableName.parse(FACT.name).sql_file(sql)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(QUERY)
    build_model(lake.engine, FACT, sql_root=sql)
    return [
        (key, str(price), note, int((begin - ZERO).total_seconds() / 60), is_current)
        for key, price, note, begin, is_current in lake.rows(VERSIONS)
    ]


def test_changes_and_ends_are_told_by_the_lakes_own_columns(lake: TypedLake, tmp_path: Path) -> None:
    lake.land(ORDERS, told(["1.00", "2.00"], minutes=at(1, 1), ops=["U", "U"]))
    lake.load(ORDERS)
    assert versions(lake, tmp_path) == [(1, "1.00", None, 1, True), (2, "2.00", None, 1, True)]
    lake.land(ORDERS, told(["3.00", None], minutes=at(5, 6), ops=["U", "D"]))
    lake.load(ORDERS)
    assert versions(lake, tmp_path) == [
        (1, "1.00", None, 1, False),
        (1, "3.00", None, 5, True),
        (2, "2.00", None, 1, False),
    ]


def test_an_extract_without_rows_is_loaded_and_nothing_more(lake: TypedLake) -> None:
    lake.land(ORDERS, {})
    report = lake.load(ORDERS)
    assert (report.load_number, report.rows, report.total("read")) == (1, 0, 0)
    assert lake.load(ORDERS).load_number == 0
    lake.land(ORDERS, told(["1.00"], minutes=at(1), ops=["U"]))
    lake.land(ORDERS, {})
    assert lake.load(ORDERS).rows == 1


def test_extracts_may_have_other_columns_and_other_types(lake: TypedLake) -> None:
    dataset = extracted(PRICE, Column("note"), Column("colour"))
    lake.land(dataset, {"id": pa.array([1], pa.int16()), "price": pa.array(["1.50"]), "note": pa.array(["a"])})
    price = pa.array(["2.50"]).cast(pa.decimal128(12, 4))
    lake.land(dataset, {"id": pa.array([2], pa.int64()), "price": price, "note": pa.array([7], pa.int32())})
    more = {"colour": pa.array(["red"]), "more": pa.array([True])}
    lake.land(dataset, {"id": pa.array([3], pa.int64()), "price": pa.array([3.5]), "note": pa.array(["c"]), **more})
    lake.load(dataset)
    rows = lake.rows("select id, cast(price as varchar), note, colour from shop_staging.orders order by id")
    assert rows == [(1, "1.50", "a", None), (2, "2.50", "7", None), (3, "3.50", "c", "red")]


def test_a_column_that_is_not_there_is_held_back_where_it_is_never_empty(lake: TypedLake) -> None:
    dataset = extracted(Column("note"), replace(PRICE, nullable=False))
    lake.land(dataset, {"id": pa.array([1, 2])})
    lake.load(dataset)
    assert lake.held(dataset) == [("price", None, "must not be empty")] * 2
    assert lake.held(extracted(name="shop/staging/others")) == []


def test_a_row_that_the_source_could_not_give_is_held_back_with_its_text(lake: TypedLake) -> None:
    rows = told(["1.00", None, "3.00"], minutes=at(1, None, 1), ops=["U", "U", "U"])
    lake.land(ORDERS, rows, problems=[None, "price is 'NaN', which is no decimal128(8, 2)", None])
    report = lake.load(ORDERS)
    assert (report.total("loaded"), report.total("quarantined")) == (2, 1)
    (held,) = held_rows(lake.engine, ORDERS.name, limit=5)
    assert (held.path, held.line, held.column) == ("orders/00000001", 2, None)
    assert held.reason == "price is 'NaN', which is no decimal128(8, 2)"
    assert held.record == "raw of price is 'NaN', which is no decimal128(8, 2)"


def test_a_time_or_an_operation_that_cannot_be_is_named_with_what_stands_there(lake: TypedLake) -> None:
    dataset = replace(ORDERS, latest=datetime(2030, 1, 1))  # noqa: DTZ001 - UTC without a zone
    minutes = pa.array([datetime(2031, 5, 5), ZERO, None], pa.timestamp("us"))  # noqa: DTZ001 - as above
    lake.land(dataset, told(["1.00", "2.00", "3.00"], minutes=minutes, ops=["U", "X", "U"]))
    lake.load(dataset)
    assert lake.held(dataset) == [
        ("changed_at", "2031-05-05 00:00:00.000000", "not before the latest time, 2030-01-01 00:00:00"),
        ("operation", "X", "none of I, U, D"),
        ("changed_at", None, "must not be empty"),
    ]


def test_too_many_rows_that_do_not_fit_refuse_the_extract(lake: TypedLake) -> None:
    dataset = extracted(Column("floor", "integer"), max_bad_share=0.1)
    lake.land(dataset, {"id": pa.array(range(100)), "floor": pa.array([2**31] * 11 + [1] * 89)})
    with pytest.raises(LoadRefused, match=r"11 of 100 rows .* floor '2147483648': out of range for integer"):
        lake.load(dataset)


def wrong_once(lake: TypedLake) -> tuple[Dataset, Dataset]:
    """A dataset of which two rows did not fit as it was declared first, and as it is declared right."""
    right = replace(ORDERS, columns=tuple(replace(c, type="text") if c.name == "note" else c for c in ORDERS.columns))
    wrong = replace(right, columns=tuple(replace(c, type="bigint") if c.name == "note" else c for c in right.columns))
    rows = told(["1.00", "2.00", "3.00"], minutes=at(1, 1, 1), ops=["U", "U", "U"])
    lake.land(wrong, {**rows, "note": pa.array(["a", "7", "b"])})
    lake.load(wrong)
    return wrong, right


def test_a_replay_after_the_declaration_is_put_right_reads_the_lake_again(
    lake: TypedLake, engine: Engine, tmp_path: Path
) -> None:
    wrong, right = wrong_once(lake)
    assert [value for _, value, _ in lake.held(wrong)] == ["a", "b"]
    settings = Settings(
        home=tmp_path,
        warehouse_url=engine.url,
        lake_url=str(tmp_path / "lake"),
        landing_url=str(tmp_path / "landing"),
        totesys_url="",
        processed_url=str(tmp_path / "processed"),
    )
    done = replay_dataset(settings, engine, right, ())
    assert (done.rows_loaded, done.rows_held, done.rows_held_before, done.error) == (2, 0, 2, "")
    assert done.notes == ()
    assert lake.rows("select id, note from shop_staging.orders order by id") == [(1, "a"), (2, "7"), (3, "b")]


def test_a_rebuild_gives_the_same_rows_versions_and_quarantine(lake: TypedLake, tmp_path: Path) -> None:
    rows = told(["1.00", None, "3.00"], minutes=at(1, None, 1), ops=["U", "U", "U"])
    lake.land(ORDERS, rows, problems=[None, "price is 'NaN'", None])
    lake.load(ORDERS)
    lake.land(ORDERS, {})
    lake.land(ORDERS, told(["4.00"], minutes=at(9), ops=["U"], ids=[3]))
    lake.load(ORDERS)
    before = versions(lake, tmp_path), lake.held(ORDERS, "row_number, reason, record")
    rebuild(lake.engine, "shop", Declared([ORDERS], [FACT]), lake.lake, rules=Rules(), sql_root=tmp_path)
    assert (versions(lake, tmp_path), lake.held(ORDERS, "row_number, reason, record")) == before
    assert len(before[0]) == 3


def test_parts_with_a_type_that_is_never_written_are_the_lakes_trouble(lake: TypedLake) -> None:
    dataset = extracted(Column("note"))
    lake.land(dataset, {"id": pa.array([1]), "note": pa.array([[1]])})
    with pytest.raises(LakeError, match="has note as list"):
        lake.load(dataset)


FIRST = {
    "every row another key": ([1, 2, 3], [1, 1, 1], ["1.00", "2.00", "3.00"], ["U", "I", "U"]),
    "a key at two times": ([1, 1, 2], [1, 2, 1], ["1.00", "1.00", "3.00"], ["U", "D", "U"]),
    "a row twice": ([1, 1, 2], [1, 1, 1], ["1.00", "1.00", "3.00"], ["U", "I", "U"]),
    "a key at one time with two prices": ([1, 1, 2], [1, 1, 1], ["1.00", "2.00", "3.00"], ["U", "U", "D"]),
}


@pytest.mark.parametrize("first", FIRST)
def test_a_first_extract_is_kept_as_the_same_rows_of_a_file_are(lake: TypedLake, first: str) -> None:
    ids, minutes, prices, ops = FIRST[first]
    as_file = replace(
        ORDERS,
        name="shop/staging/filed",
        extracted=None,
        files=(FilePattern(pattern="filed.csv", meaning="changes"),),
    )
    kept: list[object] = []
    for dataset in (ORDERS, as_file):
        lake.land(dataset, told(prices, minutes=at(*minutes), ops=ops, ids=ids))
        first_report = lake.load(dataset)
        lake.land(dataset, told(prices, minutes=at(*minutes), ops=ops, ids=ids))
        second = lake.load(dataset)
        listed = "id, price, note, changed_at, operation, _first_row, _last_row, _loaded_in"
        stored = lake.rows(f"select {listed} from shop_staging.{dataset.table.table}_events order by 1, 4, 6")
        totals = [(r.total("loaded"), r.total("duplicate"), r.rows) for r in (first_report, second)]
        kept.append((totals, stored))
    assert kept[0] == kept[1]
