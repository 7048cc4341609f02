"""The lake: what no manifest names does not exist, and a manifest is written once."""

import os
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from etl_assets.errors import LakeError, SettingsError
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import FileEntry, Manifest, PartEntry

DATASET = "support/staging/cases"
NOON = datetime(2020, 1, 1, 12)  # noqa: DTZ001 - UTC without a zone
ENTRY = FileEntry(
    dataset=DATASET, path="a.csv", sha256="ab", size=1, modified_at=NOON, order_at=NOON, meaning="rows", rows=1
)  # fmt: skip


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(str(tmp_path / "lake"))


def manifest(load_id: str, *parts: PartEntry, dataset: str = DATASET) -> Manifest:
    return Manifest(load_id=load_id, dataset=dataset, files=(replace(ENTRY, dataset=dataset),), parts=parts, rows=1)


def test_a_load_exists_once_it_is_committed(lake: Lake) -> None:
    assert lake.manifests(DATASET) == ()
    assert lake.commit(manifest("b"))
    assert lake.commit(manifest("a"))
    assert lake.commit(manifest("c", dataset="support/staging/logs"))
    assert lake.manifests(DATASET) == (manifest("a"), manifest("b"))
    assert sorted(lake.load_ids(DATASET)) == ["a", "b"]
    assert lake.storage.size("support/cases/manifests/a.json")


def test_the_second_writer_of_a_manifest_loses_and_changes_nothing(lake: Lake, tmp_path: Path) -> None:
    assert lake.commit(manifest("a"))
    other = replace(manifest("a"), rows=7)
    assert not open_lake(str(tmp_path / "lake")).commit(other)
    assert lake.manifests(DATASET) == (manifest("a"),)


def test_a_manifest_is_read_once(lake: Lake) -> None:
    lake.commit(manifest("a"))
    first = lake.manifests(DATASET)
    lake.storage.local_path("support/cases/manifests/a.json").write_bytes(b"torn")
    assert lake.manifests(DATASET) == first


def test_a_manifest_under_another_name_is_refused(lake: Lake) -> None:
    lake.storage.put_if_absent("support/cases/manifests/b.json", manifest("a").to_json())
    with pytest.raises(LakeError, match=r"b\.json is the one of support/staging/cases, load a"):
        lake.manifests(DATASET)


def test_parts_are_given_as_local_files_when_they_are_as_the_manifest_says(lake: Lake) -> None:
    key = "support/cases/data/2020-01-01/a-0.parquet"
    lake.storage.put_if_absent(key, b"12345")
    whole = PartEntry(path=key, rows=1, bytes=5, sha256=sha256(b"12345").hexdigest())
    assert [path.read_bytes() for path in lake.parts(manifest("a", whole))] == [b"12345"]
    with pytest.raises(LakeError, match="has 5 bytes instead of 6"):
        lake.parts(manifest("a", whole, replace(whole, bytes=6)))
    with pytest.raises(LakeError, match="is missing"):
        lake.parts(manifest("a", replace(whole, path="support/cases/data/2020-01-01/a-1.parquet")))
    lake.storage.local_path(key).write_bytes(b"12355")
    with pytest.raises(LakeError, match=r"a-0\.parquet of the lake .* has the SHA-256 .*\. Put it back from a copy"):
        lake.parts(manifest("a", whole))


def test_the_bytes_of_a_file_are_kept_if_they_are_the_ones_that_were_hashed(lake: Lake) -> None:
    right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # pragma: allowlist secret
    assert lake.keep_original(DATASET, "0" * 64, BytesIO(b"abc")) is None
    assert list(lake.storage.list("support")) == []
    key = lake.keep_original(DATASET, right, BytesIO(b"abc"))
    assert key == f"support/cases/unreadable/{right}"
    assert lake.storage.read(f"support/cases/unreadable/{right}") == b"abc"
    assert lake.keep_original(DATASET, right, BytesIO(b"not read again")) == key


def test_the_first_writer_sweeps_what_killed_writers_left_long_ago(lake: Lake, tmp_path: Path) -> None:
    left = tmp_path / "lake" / ".unfinished" / "left"
    lake.commit(manifest("a"))
    for is_first in (True, False):
        left.touch()
        os.utime(left, (0, 0))
        lake.writer(DATASET)
        assert left.exists() is not is_first


def test_a_lake_of_another_kind_is_refused() -> None:
    with pytest.raises(SettingsError, match="unknown scheme 'ftp'"):
        open_lake("ftp://host/lake")
