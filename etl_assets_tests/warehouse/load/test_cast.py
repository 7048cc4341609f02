"""The cast: rows that fit come typed, each other row goes to the quarantine once, and none is lost."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.errors import LakeError, WarehouseError
from etl_assets.lake.lake import open_lake
from etl_assets.lake.manifest import Manifest
from etl_assets.schema import Column
from etl_assets.warehouse.load.cast import Caster, Counts
from etl_assets.warehouse.load.misfits import BAD
from etl_assets_tests.warehouse.load.lake_rows import DATASET, Load, entry

ID = Column("id", "integer", nullable=False)
AMOUNT = Column("amount", "numeric(10,2)")
ON = Column("on", "date", null_texts=("", "NULL"))
NAMES = ["id", "amount", "on"]


def test_rows_come_with_the_declared_types_and_where_they_are_from(tmp_path: Path) -> None:
    kinds = (
        "text",
        "bigint",
        "integer",
        "numeric(10,2)",
        "numeric(38,0)",
        "double precision",
        "boolean",
        "date",
        "timestamp",
    )
    columns = [Column(f"c{number}", kind) for number, kind in enumerate(kinds)]
    row = ["a", "1", "2", "3.5", "4", "5e0", "t", "2020-01-02", "2020-01-02 03:04:05"]
    load = Load(tmp_path, {"a.csv": [row]}, [column.name for column in columns])
    table = load.caster(*columns).good().read_all()
    assert table.schema.types == [
        pa.string(),
        pa.int64(),
        pa.int32(),
        pa.decimal128(10, 2),
        pa.decimal128(38, 0),
        pa.float64(),
        pa.bool_(),
        pa.date32(),
        pa.timestamp("us"),
        pa.int64(),
        pa.int64(),
        pa.int64(),
    ]
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC).replace(tzinfo=None)
    values = ["a", 1, 2, Decimal("3.50"), Decimal(4), 5.0, True, date(2020, 1, 2), moment]
    names = [*(column.name for column in columns), "_file_id", "_row", "_line"]
    assert table.to_pylist() == [dict(zip(names, [*values, load.manifest.files[0].file_id, 1, 10], strict=True))]


def test_every_row_is_either_good_or_bad(tmp_path: Path) -> None:
    rows = [["1", "1.5", "2020-01-01"], ["x", "1.5", ""], "1,2,3,4", ["2", None, "NULL"], [None, "1", None]]
    load = Load(tmp_path, {"a.csv": rows, "b.csv": rows[3:], "c.csv": []}, NAMES)
    caster = load.caster(ID, AMOUNT, ON)
    good = caster.good().read_all()
    a, b, c = (file.file_id for file in load.manifest.files)
    assert list(zip(good.column("_file_id").to_pylist(), good.column("_row").to_pylist(), strict=True)) == [
        (a, 1),
        (a, 4),
        (b, 1),
    ]
    assert caster.counts() == {a: Counts(5, 2, 3), b: Counts(2, 1, 1), c: Counts(0, 0, 0)}
    assert sorted((row["path"], row["row_number"]) for row in caster.bad().read_all().to_pylist()) == [
        ("a.csv", 2), ("a.csv", 3), ("a.csv", 5), ("b.csv", 2),
    ]  # fmt: skip


def test_a_bad_row_says_where_it_stood_what_does_not_fit_and_why(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1", "1.005", "2020-02-30"]]}, NAMES)
    (bad,) = load.caster(ID, AMOUNT, ON).bad().read_all().to_pylist()
    assert bad == {
        "file_id": load.manifest.files[0].file_id,
        "path": "a.csv",
        "line": 10,
        "row_number": 1,
        "column_name": "amount",
        "value": "1.005",
        "reason": "more than 2 digits behind the point",
        "record": json.dumps({"id": "1", "amount": "1.005", "on": "2020-02-30"}),
    }


def test_an_ill_formed_record_is_bad_as_it_was_written(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": ['1,"2,3']}, NAMES)
    (bad,) = load.caster(ID, AMOUNT, ON).bad().read_all().to_pylist()
    assert (bad["line"], bad["column_name"], bad["value"], bad["reason"], bad["record"]) == (
        10,
        None,
        None,
        "ill-formed",
        '1,"2,3',
    )


def test_the_first_column_that_does_not_fit_is_the_one_that_is_named(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["", "x", "x"], ["1", "x", "x"], ["1", "1", "x"]]}, NAMES)
    bad = load.caster(ID, AMOUNT, ON).bad().read_all().to_pylist()
    assert [row["column_name"] for row in bad] == ["id", "amount", "on"]
    reversed_order = load.caster(ON, AMOUNT, ID).bad().read_all().to_pylist()
    assert [row["column_name"] for row in reversed_order] == ["on", "on", "on"]


def test_null_texts_mean_null_and_only_exactly(tmp_path: Path) -> None:
    texts = [None, "", "NULL", "null", " "]
    load = Load(tmp_path, {"a.csv": [["1", text] for text in texts]}, ["id", "a"])

    def read(column: Column) -> list[str | None]:
        return load.caster(ID, column).good().read_all().column("a").to_pylist()

    assert read(Column("a")) == [None, None, "NULL", "null", " "]
    assert read(Column("a", null_texts=())) == [None, "", "NULL", "null", " "]
    assert read(Column("a", null_texts=("NULL", " "))) == [None, "", None, "null", None]


def test_an_empty_cell_is_bad_where_null_is_no_value(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [[None], [""], ["NULL"], ["x"]]}, ["a"])
    bad = load.caster(Column("a", nullable=False, null_texts=("", "NULL"))).bad().read_all().to_pylist()
    assert [(row["row_number"], row["value"], row["reason"]) for row in bad] == [
        (1, None, "must not be empty"), (2, "", "must not be empty"), (3, "NULL", "must not be empty"),
    ]  # fmt: skip


def test_files_that_are_skipped_or_unreadable_give_no_rows(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1"], ["x"]], "b.csv": [["2"], ["x"]]}, ["id"])
    first, second = load.manifest.files
    caster = load.caster(ID, skip=frozenset({first.file_id}))
    assert caster.good().read_all().column("_file_id").to_pylist() == [second.file_id]
    assert set(caster.bad().read_all().column("path").to_pylist()) == {"b.csv"}
    assert caster.counts().keys() == {second.file_id}
    both = load.caster(ID, skip={first.file_id, second.file_id})
    assert (both.good().read_all().num_rows, both.bad().read_all().num_rows) == (0, 0)


def test_a_load_without_parts_gives_no_rows() -> None:
    unreadable = replace(entry("a.csv", rows=0), status="unreadable")
    manifest = Manifest(load_id="a", dataset=DATASET, files=(unreadable,), parts=(), rows=0)
    declared = Dataset(name=DATASET, columns=(ID,), key=("id",), files=(FilePattern(pattern="a.csv"),))
    caster = Caster(declared, manifest, ())
    assert (caster.good().read_all().num_rows, caster.bad().read_all().num_rows, caster.counts()) == (0, 0, {})
    assert caster.bad().schema == BAD


def test_parts_of_different_columns_are_read_together(tmp_path: Path) -> None:
    declared = Dataset(
        name=DATASET,
        columns=(Column("id", "integer"), Column("new", "integer")),
        key=("id",),
        files=(FilePattern(pattern="*.csv", format=Csv(header=True)),),
    )
    landing = tmp_path / "landing" / "support"
    landing.mkdir(parents=True)
    (landing / "a.csv").write_text('id,new,ID,Extra "x"\n1,2,9,e\n'.replace('"', "'"))
    (landing / "b.csv").write_text("new,id\n4,3\nx,5\n")
    lake = open_lake(str(tmp_path / "lake"))
    extract_files(declared, tmp_path / "landing", lake)
    (manifest,) = lake.manifests(DATASET)
    assert len(manifest.parts) == 2
    caster = Caster(declared, manifest, lake.parts(manifest))
    good = caster.good().read_all().to_pylist()
    assert sorted((row["id"], row["new"]) for row in good) == [(1, 2), (3, 4)]
    assert [(row["path"], row["column_name"], row["value"]) for row in caster.bad().read_all().to_pylist()] == [
        ("b.csv", "new", "x")
    ]


def test_a_column_that_is_declared_later_is_null_in_what_came_before(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1"]]}, ["id"])
    assert load.caster(ID, AMOUNT).good().read_all().to_pylist()[0]["amount"] is None
    assert [row["reason"] for row in load.caster(ID, Column("b", nullable=False)).bad().read_all().to_pylist()] == [
        "must not be empty"
    ]


@pytest.mark.parametrize("name", ['say "x"', "it's", "select", "a.b", "Größe", "t", "count(*)", "a;drop table parts"])
def test_a_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    load = Load(tmp_path, {"a.csv": [["1"], ["x"]]}, [name])
    caster = load.caster(Column(name, "integer"))
    assert caster.good().read_all().column(name).to_pylist() == [1]
    assert caster.bad().read_all().to_pylist()[0]["column_name"] == name


def test_bad_rows_are_found_without_reading_the_good_ones_first(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1"], ["x"]]}, ["id"])
    assert load.caster(ID).bad().read_all().num_rows == 1


def test_a_lake_that_has_other_rows_than_its_manifest_says_is_refused(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1"], ["2"]]}, ["id"])
    (path,) = load.lake.parts(load.manifest)
    table = pq.read_table(path)
    for wrong, count in ((table.slice(0, 1), 1), (pa.concat_tables([table, table]), 4)):
        pq.write_table(wrong, path)
        with pytest.raises(LakeError, match=f"has {count} rows of a.csv, and its manifest says 2"):
            Caster(_declared(), load.manifest, [path]).good().read_all()


def test_a_part_that_cannot_be_read_is_the_lakes_trouble_and_is_named(tmp_path: Path) -> None:
    load = Load(tmp_path, {"a.csv": [["1"], ["2"]]}, ["id"])
    (path,) = load.lake.parts(load.manifest)
    whole = path.read_bytes()
    for damaged in (b"no Parquet", whole[:4] + b"\0" * 40 + whole[44:]):
        path.write_bytes(damaged)
        caster = Caster(_declared(), load.manifest, [path])
        with pytest.raises(LakeError, match=rf"{path.name} cannot be read: .* Put the lake back"):
            caster.good().read_all()
        with pytest.raises(LakeError, match=path.name), caster.own_errors():
            raise WarehouseError(str(path))


def test_bad_rows_come_in_batches_and_a_few_in_words(tmp_path: Path) -> None:
    rows = [["1", "n" * 50], *[["x", None]] * 25_000, 'x,"']
    load = Load(tmp_path, {"a.csv": rows}, ["id", "on"])
    caster = load.caster(ID, ON)
    assert max(batch.num_rows for batch in caster.bad()) == 10_000
    file_id = load.manifest.files[0].file_id
    told = caster.examples(file_id).split("; ")
    assert told[:2] == [f"line 10, on {'n' * 40!r}: not a date as YYYY-MM-DD", "line 20, id 'x': not a whole number"]
    assert len(told) == 3
    assert caster.examples(file_id + 1) == ""


def _declared() -> Dataset:
    return Dataset(name=DATASET, columns=(ID,), key=("id",), files=(FilePattern(pattern="a.csv"),))


def test_a_large_load_comes_in_batches_in_the_order_of_its_rows(tmp_path: Path) -> None:
    rows = [[str(number)] for number in range(250_000)]
    load = Load(tmp_path, {"a.csv": rows}, ["id"])
    reader = load.caster(ID).good()
    batches = list(reader)
    assert len(batches) > 1
    assert pa.Table.from_batches(batches).column("_row").to_pylist() == list(range(1, 250_001))
