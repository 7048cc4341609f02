"""Arrow arrays from Python's values, without pandas."""

import subprocess
import sys
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from etl_assets.arrow import batch_of, moments, numbers, repeated, texts, values_of

_SHORT_RUN = """
import sys, tempfile
from pathlib import Path

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column
from etl_assets.warehouse.engines import open_engine
from etl_assets.warehouse.load.staging import load_dataset

folder = Path(tempfile.mkdtemp())
(folder / "landing" / "town" / "2024").mkdir(parents=True)
(folder / "landing" / "town" / "2024" / "a.csv").write_text("1,x\\n2,\\nthree,y\\n")
dataset = Dataset(
    name="town/staging/people",
    columns=(Column("id", "bigint"), Column("name", "text")),
    key=("id",),
    files=(FilePattern(pattern="2024/*.csv"),),
)
lake = open_lake(str(folder / "lake"))
extract_files(dataset, folder / "landing", lake)
report = load_dataset(open_engine(f"duckdb:///{folder}/w.duckdb"), dataset, lake)
assert (report.total("loaded"), report.total("quarantined")) == (2, 1), report
assert "pandas" not in sys.modules
"""


def _at(year: int, *more: int) -> datetime:
    month, day, *clock = more or (1, 1)
    return datetime(year, month, day, *clock, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    "values",
    [[], [None], ["", None, "ä", "a\0b"], ["x"] * 9 + [None], ["🌍", "漢字"]],
)
def test_texts_are_what_pyarrow_makes_of_them(values: list[str | None]) -> None:
    made = texts(values)
    made.validate(full=True)
    assert made.equals(pa.array(values, pa.string()))


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64()])
def test_numbers_are_what_pyarrow_makes_of_them(kind: pa.DataType) -> None:
    assert numbers([3, -1, 0], kind).equals(pa.array([3, -1, 0], kind))
    assert repeated(7, 3, kind).equals(pa.array([7, 7, 7], kind))
    assert numbers([], kind).equals(pa.array([], kind))


def test_a_number_that_is_too_large_is_refused() -> None:
    with pytest.raises(OverflowError):
        numbers([2**31], pa.int32())


def test_moments_keep_microseconds_in_any_year() -> None:
    held = [_at(1), _at(1969, 12, 31, 23, 59, 59, 999_999), _at(9999, 12, 31, 1, 2, 3, 456_789)]
    assert moments(held).equals(pa.array(held, pa.timestamp("us")))


def test_rows_become_a_batch_and_what_they_do_not_say_is_null() -> None:
    schema = pa.schema([("n", pa.int64()), ("text", pa.string()), ("at", pa.timestamp("us"))])
    rows = [{"n": 1, "text": "a", "at": _at(2024)}, {"n": 2, "at": _at(2024, 1, 2)}]
    assert batch_of(rows, schema).to_pylist() == [rows[0], {**rows[1], "text": None}]


def test_a_number_that_is_missing_is_refused() -> None:
    with pytest.raises(TypeError):
        batch_of([{}], pa.schema([("n", pa.int64())]))


def test_the_numbers_of_an_array_are_read_where_they_are() -> None:
    assert values_of(numbers([5, 6])).tolist() == [5, 6]


def test_a_short_run_imports_no_pandas() -> None:
    subprocess.run([sys.executable, "-c", _SHORT_RUN], check=True)  # noqa: S603 - our own words
