"""Parquet: typed columns as they are, one documented answer for each type, and damage is seen."""

import io
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl_assets.connectors.files import parquet, spool, stream
from etl_assets.connectors.files.extract import extract_files
from etl_assets.connectors.files.parquet import ParquetReader
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import END_OF_TIME, Dataset, FilePattern, Parquet
from etl_assets.errors import LakeError
from etl_assets.lake.lake import open_lake
from etl_assets.schema import Column

MAP = pa.map_(pa.string(), pa.int64())
ID_T = (Column("id"), Column("t"))
DATASET = Dataset(
    name="shop/staging/orders",
    columns=ID_T,
    key=("id",),
    files=(FilePattern(pattern="*.parquet", format=Parquet()),),
)


def written(table: pa.Table, **options: Any) -> bytes:  # noqa: ANN401 - the writer's own
    held = io.BytesIO()
    pq.write_table(table, held, **options)
    return held.getvalue()


def read(content: bytes, columns: Sequence[Column] = ID_T) -> pa.Table:
    return pa.Table.from_batches([*ParquetReader(io.BytesIO(content), columns, Parquet()).batches(0)])


def column(cells: pa.Array, **options: Any) -> pa.ChunkedArray:  # noqa: ANN401 - the writer's own
    """What a column becomes in the lake."""
    return read(written(pa.table({"id": range(len(cells)), "t": cells}), **options)).column("t")


SAME = [
    pa.array([1, None], pa.int16()),
    pa.array([1, None], pa.int32()),
    pa.array([-(2**63), None], pa.int64()),
    pa.array([0.1, float("inf"), None], pa.float32()),
    pa.array([0.1, -0.0, None], pa.float64()),
    pa.array([True, None]),
    pa.array(["é", "", None]),
    pa.array([0, 2**31 - 1, None], pa.date32()),
    pa.array([0, -1, None], pa.timestamp("us")),
    pa.array([Decimal(10**38 - 1), None], pa.decimal128(38, 0)),
]


@pytest.mark.parametrize("cells", SAME, ids=lambda cells: str(cells.type))
def test_a_column_of_a_type_of_the_lake_is_taken_as_it_is(cells: pa.Array) -> None:
    assert column(cells).combine_chunks().equals(cells)


UUIDS = pa.ExtensionArray.from_storage(pa.uuid(), pa.array([UUID(int=7).bytes], pa.binary(16)))
BECOMES = [
    (pa.array([-128, None], pa.int8()), pa.int16(), [-128, None]),
    (pa.array([255], pa.uint8()), pa.int16(), [255]),
    (pa.array([65535], pa.uint16()), pa.int32(), [65535]),
    (pa.array([2**32 - 1], pa.uint32()), pa.int64(), [2**32 - 1]),
    (pa.array([2**64 - 1], pa.uint64()), pa.decimal128(20, 0), [Decimal(2**64 - 1)]),
    (pa.array([Decimal("1.50")], pa.decimal256(30, 2)), pa.decimal128(30, 2), [Decimal("1.50")]),
    (pa.array([Decimal("1.50")], pa.decimal256(60, 2)), pa.string(), ["1.50"]),
    (pa.array([Decimal("1E-12")], pa.decimal256(60, 12)), pa.string(), ["0.000000000001"]),
    (pa.array(["a", None]).dictionary_encode(), pa.string(), ["a", None]),
    (pa.array([5, None], pa.int64()).dictionary_encode(), pa.int64(), [5, None]),
    (pa.array(["a", None], pa.large_string()), pa.string(), ["a", None]),
    (pa.array(["a", None], pa.string_view()), pa.string(), ["a", None]),
    (pa.array(["é".encode(), None], pa.binary()), pa.string(), ["é", None]),
    (pa.array([b"\x00\xff", None], pa.binary(2)), pa.string(), ["00ff", None]),
    (pa.array([1, None], pa.date64()), pa.date32(), [date(1970, 1, 1), None]),
    (pa.array([1, None], pa.timestamp("ms", "Europe/Berlin")), pa.timestamp("us"), [datetime(1970, 1, 1, 0, 0, 0, 1000), None]),  # noqa: DTZ001, E501 - UTC without a zone
    (pa.array([1, None], pa.timestamp("ns", "Asia/Tokyo")), pa.string(), ["1970-01-01 00:00:00.000000001", None]),
    (pa.array([1, None], pa.time32("s")), pa.string(), ["00:00:01.000", None]),
    (pa.array([1, None], pa.time64("ns")), pa.string(), ["00:00:00.000000001", None]),
    (pa.array([-5, None], pa.duration("ms")), pa.string(), ["-5", None]),
    (pa.nulls(2), pa.string(), [None, None]),
    (UUIDS, pa.string(), [str(UUID(int=7))]),
    (pa.array([[1, None], [], None]), pa.string(), ["[1, null]", "[]", None]),
    (pa.array([[0.5, -0.0]]), pa.string(), ["[0.5, -0]"]),
    (pa.array([['a"', "b\n", "\\", "é"]]), pa.string(), ['["a\\"", "b\\n", "\\\\", "é"]']),
    (pa.array([{"n": 1, 's"': [{"x": None}]}, None]), pa.string(), ['{"n": 1, "s\\"": [{"x": null}]}', None]),
    (pa.array([[("k", 1), ("", None)], [], None], MAP), pa.string(), ['{"k": 1, "": null}', "{}", None]),
    (pa.array([[(1, "x")]], pa.map_(pa.int8(), pa.string())), pa.string(), ['[[1, "x"]]']),
    (pa.array([[Decimal("0.0000000005")]], pa.list_(pa.decimal128(38, 10))), pa.string(), ["[0.0000000005]"]),
    (pa.array([[0, None]], pa.list_(pa.timestamp("us"), 2)), pa.string(), ['["1970-01-01 00:00:00.000000", null]']),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "kind", "texts"), BECOMES, ids=lambda one: str(getattr(one, "type", "")))
def test_any_other_type_becomes_a_wider_one_or_text(cells: pa.Array, kind: pa.DataType, texts: list[object]) -> None:
    found = column(cells)
    assert (found.type, found.to_pylist()) == (kind, texts)


@pytest.mark.parametrize(
    ("count", "unit", "text"),
    [
        (1704067200123456789, "ns", "2024-01-01 00:00:00.123456789"),
        (-1, "ns", "1969-12-31 23:59:59.999999999"),
        (253402300799999999, "us", "9999-12-31 23:59:59.999999000"),
        (-62135596800000000, "us", "0001-01-01 00:00:00.000000000"),
    ],
)
def test_old_times_of_96_bits_keep_all_their_digits_in_every_year(count: int, unit: str, text: str) -> None:
    cells = pa.array([count, None], pa.timestamp(unit))
    assert column(cells, use_deprecated_int96_timestamps=True).to_pylist() == [text, None]


PROBLEMS = [
    (pa.array([b"a", b"\xff"], pa.binary()), "its column 't' is not UTF-8"),
    (pa.array([b"a", b"\xff"], pa.binary()).view(pa.string()), "its column 't' is not UTF-8"),
    (pa.array([[b"a"], [b"\xff"]], pa.list_(pa.binary())), "its column 't' is not UTF-8"),
    (pa.array([1, 2**62], pa.timestamp("ms")), "its column 't' is out of range"),
    (pa.array([[1.0], [float("nan")]]), "NaN is no number of JSON"),
    (pa.array([["a"], ["b\0"]]), "its column 't' has a NUL byte"),
    (pa.array([[("k", 1)], [("k", 1), ("k", 1)]], MAP), "its column 't' has the field 'k' twice"),
]


@pytest.mark.parametrize(("cells", "problem"), PROBLEMS, ids=lambda one: str(getattr(one, "type", one)))
def test_a_row_without_a_text_is_ill_formed_and_the_others_are_read(cells: pa.Array, problem: str) -> None:
    table = read(written(pa.table({"id": [7, 8], "t": cells})))
    found = table.select(["id", "_row", "_line", "_problem"]).to_pylist()
    assert found == [
        {"id": 7, "_row": 1, "_line": 1, "_problem": None},
        {"id": None, "_row": 2, "_line": 2, "_problem": problem},
    ]
    assert '"id": "8"' in table.column("_raw")[1].as_py()


def test_columns_are_known_by_name_and_those_not_declared_are_kept() -> None:
    reader = ParquetReader(
        io.BytesIO(written(pa.table({"x": [9], "T": ["a"], "id": [1]}))),
        [Column("id"), Column("t", header="T")],
        Parquet(),
    )
    (batch,) = reader.batches(2)
    assert batch.schema.names[:3] == ["id", "t", "x"]
    assert batch.to_pylist()[0] | {"_file": 2} == batch.to_pylist()[0]
    assert reader.notes == ["Kept but not declared: the columns x."]


def test_a_column_of_a_later_time_may_be_missing() -> None:
    columns = [Column("id"), Column("t", since=END_OF_TIME)]
    assert read(written(pa.table({"id": [1]})), columns).column_names[:2] == ["id", "_file"]


def _flipped(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


GOOD = written(
    pa.table({"id": [1], "t": ["abc"]}),
    compression="none",
    use_dictionary=False,
    write_page_checksum=True,
    write_statistics=False,
)
DAMAGED = {
    "no Parquet": b"id,t\n1,a\n",
    "cut off": GOOD[:-1],
    "only its end": GOOD[-20:],
    "another letter": _flipped(GOOD, GOOD.index(b"abc")),
    "another footer": _flipped(GOOD, len(GOOD) - 7),
    "another beginning of the footer": GOOD[:-60] + b"\0" * 50 + GOOD[-10:],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_file_is_unreadable(damage: str) -> None:
    assert read(GOOD).num_rows == 1
    with pytest.raises(Unreadable, match="it cannot be read as Parquet: "):
        read(DAMAGED[damage])


def test_other_columns_than_declared_are_refused_by_name() -> None:
    with pytest.raises(Unreadable, match=r"the column 't' is missing in its schema \('id', 'u'\)"):
        read(written(pa.table({"id": [1], "u": ["a"]})))
    twice = pa.table([pa.array([1]), pa.array([1]), pa.array([1])], names=["id", "t", "t"])
    with pytest.raises(Unreadable, match="its schema has the title 't' twice"):
        read(written(twice))


def test_a_file_that_unpacks_to_too_much_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = written(pa.table({"id": [1], "t": ["a" * 500_000]}), use_dictionary=False, compression="zstd")
    assert read(content).num_rows == 1
    monkeypatch.setattr(parquet, "RATIO_FROM_BYTES", 100_000)
    with pytest.raises(Unreadable, match="it unpacks to 50"):
        read(content)
    assert stream.RATIO_FROM_BYTES > parquet.RATIO_FROM_BYTES


def test_a_large_file_is_read_from_the_disk_a_batch_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "HELD_BYTES", 100)
    monkeypatch.setattr(parquet, "BATCH_ROWS", 400)
    content = written(pa.table({"id": range(1000), "t": ["a"] * 1000}), row_group_size=700)
    found = read(content)
    assert found.column("id").to_pylist() == [*range(1000)]
    assert found.column("_row").to_pylist() == [*range(1, 1001)]
    assert found.column("id").num_chunks > 1


def test_a_large_file_is_put_aside_in_the_lake_s_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "HELD_BYTES", 100)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    folder = tmp_path / "landing" / "shop"
    folder.mkdir(parents=True)
    (folder / "a.parquet").write_bytes(written(pa.table({"id": range(1000), "t": ["a"] * 1000})))
    assert extract_files(DATASET, tmp_path / "landing", open_lake(str(tmp_path / "lake"))).rows == 1000
    assert [*(tmp_path / "lake" / ".unfinished").iterdir()] == []


@pytest.mark.parametrize("folder", ["file", "file/below"])
def test_a_folder_that_takes_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str) -> None:
    monkeypatch.setattr(spool, "HELD_BYTES", 100)
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(LakeError, match=r"file.* cannot be written: "),
        spool.spooled(io.BytesIO(b"1" * 1000), tmp_path / folder),
    ):
        pass


def test_files_whose_columns_have_other_types_go_into_loads_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "landing" / "shop"
    folder.mkdir(parents=True)
    for name, ids in (("a", pa.array([1], pa.int32())), ("b", pa.array(["2"])), ("c", pa.array([3], pa.int32()))):
        (folder / f"{name}.parquet").write_bytes(written(pa.table({"id": ids, "t": ["x"]})))
    lake = open_lake(str(tmp_path / "lake"))
    report = extract_files(DATASET, tmp_path / "landing", lake)
    assert (report.files_new, report.rows, len(report.load_ids)) == (3, 3, 2)
    loads = [[file.path for file in manifest.files] for manifest in lake.manifests(DATASET.name)]
    assert sorted(loads) == [["a.parquet", "c.parquet"], ["b.parquet"]]
    assert extract_files(DATASET, tmp_path / "landing", lake).files_new == 0


def test_reading_does_not_import_pandas() -> None:
    table = pa.table({"id": [1], "t": pa.array([[{"a": 'b"'}]]), "u": pa.array([1], pa.timestamp("ns"))})
    asked = (
        "import io, sys; from etl_assets.connectors.files.parquet import ParquetReader;"
        "from etl_assets.datasets import Parquet; from etl_assets.schema import Column;"
        "[*ParquetReader(io.BytesIO(sys.stdin.buffer.read()), [Column('id'), Column('t')], Parquet()).batches(0)];"
        "raise SystemExit('pandas' in sys.modules)"
    )
    content = written(table, use_deprecated_int96_timestamps=True)
    assert subprocess.run([sys.executable, "-c", asked], input=content, check=False).returncode == 0  # noqa: S603 - an argv made here
