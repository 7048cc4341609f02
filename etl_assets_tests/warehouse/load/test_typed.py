"""Typed cells are what their texts would be, on each engine; where the type is the declared one, no text is made."""

from pathlib import Path

import pyarrow as pa
import pytest

from etl_assets.datasets import Dataset
from etl_assets.schema import Column
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.cast_sql import Reading, bad_rows, typed_rows
from etl_assets_tests.warehouse.load.typed_cells import CELLS, DECLARED, OUTSIDE, text_of
from etl_assets_tests.warehouse.load.typed_lake import TypedLake, extracted

KINDS = list(CELLS)


@pytest.fixture
def lake(engine: Engine, tmp_path: Path) -> TypedLake:
    return TypedLake(engine, tmp_path)


def every_kind(name: str, declared: str) -> Dataset:
    """A dataset with a column of a declared type for each type of a cell."""
    columns = (
        Column(f"c{n}", declared, null_texts=("", "NULL") if pa.types.is_string(kind) else ())
        for n, kind in enumerate(KINDS)
    )
    return extracted(*columns, name=f"shop/staging/{name}")


def diagonal(*, as_texts: bool) -> dict[str, pa.Array]:
    """A row for each cell of each type, in which the column of that type alone has something."""
    places = [(kind, value) for kind in KINDS for value in CELLS[kind]]
    columns = {"id": pa.array(range(len(places)), pa.int64())}
    for n, kind in enumerate(KINDS):
        own = [value if kind == there else None for there, value in places]
        texts = [None if value is None else text_of(kind, value) for value in own]
        columns[f"c{n}"] = pa.array(texts, pa.string()) if as_texts else pa.array(own, kind)
    return columns


@pytest.mark.parametrize("declared", DECLARED)
def test_each_cell_is_what_its_text_is(lake: TypedLake, declared: str) -> None:
    typed, texts = (every_kind(name, declared) for name in ("typed", "texts"))
    for dataset in (typed, texts):
        lake.land(dataset, diagonal(as_texts=dataset is texts))
        lake.load(dataset)
    told = "row_number, column_name, value, reason, record"
    assert lake.held(typed, told) == lake.held(texts, told)
    found, wanted = (lake.rows(f"select * from shop_staging.{name} order by id") for name in ("typed", "texts"))
    assert [*map(repr, found)] == [*map(repr, wanted)]
    assert len(found) + len(lake.held(typed)) == sum(map(len, CELLS.values()))


@pytest.mark.parametrize(("kind", "number", "declared", "reason"), OUTSIDE)
def test_a_time_outside_the_years_1_to_9999_is_held_back(
    lake: TypedLake, kind: pa.DataType, number: int, declared: str, reason: str
) -> None:
    dataset = extracted(Column("at", declared))
    inside = number - 1 if number > 0 else number + 1
    whole = pa.int32() if pa.types.is_date32(kind) else pa.int64()
    lake.land(dataset, {"id": pa.array([1, 2]), "at": pa.array([number, inside], whole).cast(kind)})
    lake.load(dataset)
    assert [(name, why) for name, _, why in lake.held(dataset)] == [("at", reason)]
    assert lake.rows("select id from shop_staging.orders") == [(2,)]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_no_number_is_held_back_as_it_is_from_a_file(lake: TypedLake, value: float) -> None:
    dataset = extracted(Column("share", "double precision"))
    lake.land(dataset, {"id": pa.array([1, 2]), "share": pa.array([value, None])})
    lake.load(dataset)
    assert lake.held(dataset) == [("share", text_of(pa.float64(), value), "not a number")]
    assert lake.rows("select id, share from shop_staging.orders") == [(2, None)]


EXACT = [
    (declared, kind)
    for declared, kinds in {
        "bigint": ("int16", "int32", "int64"),
        "integer": ("int16", "int32"),
        "numeric(10,2)": ("decimal128(10, 2)", "decimal128(9, 1)", "decimal128(2, 2)", "decimal128(8, 0)"),
        "double precision": ("double",),
        "boolean": ("bool",),
        "date": ("date32[day]",),
        "timestamp": ("timestamp[us]",),
    }.items()
    for kind in kinds
]
OTHERS = [
    ("integer", "int64"),
    ("numeric(10,2)", "decimal128(11, 2)"),
    ("numeric(10,2)", "decimal128(10, 1)"),
    ("numeric(10,2)", "decimal128(9, 3)"),
    ("double precision", "float"),
    ("timestamp", "date32[day]"),
    ("date", "timestamp[us]"),
    ("boolean", "int16"),
]


def asked(declared: str, kind: str) -> str:
    """The query of a column with cells of a type."""
    reading = Reading(columns=(Column("c", declared),), present=("c",), typed=(("c", kind),), changes=None)
    return typed_rows(reading).lower()


@pytest.mark.parametrize(("declared", "kind"), EXACT)
def test_a_cell_of_the_declared_type_goes_by_no_text(declared: str, kind: str) -> None:
    assert not any(word in asked(declared, kind) for word in ("regexp", "strftime", "as text", "varchar"))


@pytest.mark.parametrize(("declared", "kind"), OTHERS)
def test_every_other_cell_goes_by_its_text(declared: str, kind: str) -> None:
    assert any(word in asked(declared, kind) for word in ("regexp", "strftime", "as text", "varchar"))


def test_the_query_of_a_declaration_over_a_schema_is_made_once() -> None:
    made = [
        Reading(columns=(Column("made_once"),), present=("made_once",), typed=(("made_once", "int64"),), changes=None)
        for _ in range(2)
    ]
    assert typed_rows(made[0]) is typed_rows(made[1])
    assert bad_rows(made[0]) is bad_rows(made[1])


def test_null_texts_mean_null_where_the_lake_has_text(lake: TypedLake) -> None:
    none = ("", "NULL", "0")
    dataset = extracted(
        Column("name", null_texts=none), Column("on", "date", null_texts=none), Column("n", null_texts=none)
    )
    columns = {
        "id": pa.array([1, 2, 3]),
        "name": pa.array(["NULL", "", "Null"]),
        "on": pa.array(["NULL", "", "2024-01-02"]),
        "n": pa.array([0, 1, None], pa.int32()),
    }
    lake.land(dataset, columns)
    lake.load(dataset)
    query = 'select id, name, cast("on" as varchar), n from shop_staging.orders order by id'
    assert lake.rows(query) == [(1, None, None, "0"), (2, None, None, "1"), (3, "Null", "2024-01-02", None)]
