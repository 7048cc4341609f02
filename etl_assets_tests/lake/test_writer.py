"""Rows of many files into parts: flat in memory, and never a row of a file that failed."""

import random
import resource
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl_assets.errors import LakeError
from etl_assets.lake import parts, writer
from etl_assets.lake.folder import FolderStorage
from etl_assets.lake.writer import LoadWriter


@pytest.fixture
def storage(tmp_path_factory: pytest.TempPathFactory) -> FolderStorage:
    return FolderStorage(tmp_path_factory.mktemp("lake"))


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "HELD_BYTES", 1000)
    monkeypatch.setattr(parts, "GROUP_BYTES", 500)
    monkeypatch.setattr(parts, "PART_BYTES", 2000)


def batch(*values: str, name: str = "a") -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({name: pa.array(values, pa.string())})


def many(count: int, start: int = 0) -> list[pa.RecordBatch]:
    return [
        batch(*(f"{number:08}" for number in range(start + first, start + first + 10))) for first in range(0, count, 10)
    ]


def publish(storage: FolderStorage, *batches: pa.RecordBatch) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file(batches)
        load.publish("0123", "2020-01-02")


def failing(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches
    message = "half-way"
    raise ValueError(message)


def read(storage: FolderStorage, entries: tuple[parts.PartEntry, ...]) -> list[str]:
    return [value for entry in entries for value in pq.read_table(storage.local_path(entry.path)).column(0).to_pylist()]


def test_small_files_share_a_part(storage: FolderStorage) -> None:
    with LoadWriter(storage, "support/cases") as load:
        assert [load.write_file([batch("a"), batch("b")]), load.write_file([batch("c")]), load.write_file([])] == [
            2,
            1,
            0,
        ]
        entries = load.publish("0123", "2020-01-02")
    assert [(entry.rows, entry.path.rpartition("-")[0]) for entry in entries] == [
        (3, "support/cases/data/2020-01-02/0123-0")
    ]
    assert read(storage, entries) == ["a", "b", "c"]
    assert [storage.size(entry.path) for entry in entries] == [entry.bytes for entry in entries]


@pytest.mark.usefixtures("_small")
def test_a_big_file_gets_parts_of_its_own_and_every_row_is_in_them_once(storage: FolderStorage) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file(many(10))
        load.write_file(many(2000, start=10))
        load.write_file(many(10, start=2010))
        entries = load.publish("0123", "2020-01-02")
    assert len(entries) > 3
    assert sum(entry.rows for entry in entries) == 2020
    assert sorted(read(storage, entries)) == [f"{number:08}" for number in range(2020)]


@pytest.mark.usefixtures("_small")
@pytest.mark.parametrize("rows", [10, 2000])
def test_a_file_that_fails_half_way_leaves_no_row(storage: FolderStorage, rows: int) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file([batch("before")])
        with pytest.raises(ValueError, match="half-way"):
            load.write_file(failing(many(rows)))
        load.write_file([batch("after")])
        entries = load.publish("0123", "2020-01-02")
    assert read(storage, entries) == ["before", "after"]
    assert list((storage.root / ".unfinished").iterdir()) == []


def test_files_with_other_columns_get_another_part(storage: FolderStorage) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file([batch("a")])
        load.write_file([batch("b", name="other")])
        entries = load.publish("0123", "2020-01-02")
    assert [pq.read_schema(storage.local_path(entry.path)).names for entry in entries] == [["a"], ["other"]]


def test_no_rows_give_no_part(storage: FolderStorage) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file([batch()])
        assert load.publish("0123", "2020-01-02") == ()


@pytest.mark.usefixtures("_small")
def test_what_is_not_published_is_dropped(storage: FolderStorage) -> None:
    with LoadWriter(storage, "f") as load:
        load.write_file(many(2000))
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []


def test_two_writers_of_one_load_do_not_overwrite_each_other_with_other_bytes(storage: FolderStorage) -> None:
    with LoadWriter(storage, "f") as one, LoadWriter(storage, "f") as two:
        one.write_file([batch("a")])
        two.write_file([batch("a"), batch("b")])
        first, second = one.publish("0123", "2020-01-02"), two.publish("0123", "2020-01-02")
    assert (read(storage, first), read(storage, second)) == (["a"], ["a", "b"])


@pytest.fixture
def _small_disk() -> Iterator[None]:
    """No file may grow beyond 100 kB, which fails as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("_small_disk")
@pytest.mark.parametrize("group_bytes", [1, parts.GROUP_BYTES])
def test_a_disk_that_fills_up_stops_the_load_by_name_and_leaves_nothing(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch, group_bytes: int
) -> None:
    monkeypatch.setattr(parts, "GROUP_BYTES", group_bytes)
    noise = batch(random.Random(1).randbytes(500_000).hex())  # noqa: S311 - only has to be incompressible
    with pytest.raises(LakeError, match="cannot be written: File too large"):
        publish(storage, noise)
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []
