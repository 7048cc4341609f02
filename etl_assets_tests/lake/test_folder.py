"""A folder as storage: a key appears once, whole, or not at all."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from etl_assets.errors import LakeError
from etl_assets.lake.folder import FolderStorage


@pytest.fixture
def storage(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "lake")


def test_of_many_writers_of_one_key_exactly_one_wins_and_its_bytes_stay(storage: FolderStorage) -> None:
    contents = [str(number).encode() * 1000 for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(lambda content: storage.put_if_absent("a/b/key", content), contents))
    assert sum(won) == 1
    assert storage.read("a/b/key") == contents[won.index(True)]
    assert list(storage.list("a")) == ["a/b/key"]


def test_an_output_that_is_not_published_leaves_nothing(storage: FolderStorage) -> None:
    with storage.open_output() as output:
        output.write(b"half")
    assert [path for path in storage.root.rglob("*") if path.is_file()] == []


def test_an_output_tells_size_and_hash_and_appears_whole(storage: FolderStorage) -> None:
    with storage.open_output() as output:
        output.write(b"a")
        output.write(b"bc")
        assert storage.size("x/y") is None
        output.publish("x/y")
        assert output.size == 3
        assert output.sha256 == sha256(b"abc").hexdigest()
    with storage.open_input("x/y") as file:
        assert file.read() == b"abc"
    assert storage.local_path("x/y").read_bytes() == b"abc"


def test_bytes_reach_the_disk_before_their_name_does(storage: FolderStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []
    real_sync, real_link, real_replace = os.fsync, Path.hardlink_to, Path.replace

    def sync(handle: int) -> None:
        events.append("sync folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "sync file")  # noqa: PTH112 - a handle
        real_sync(handle)

    def link(path: Path, target: Path) -> None:
        events.append("name")
        real_link(path, target)

    def replace(path: Path, target: Path) -> Path:
        events.append("name")
        return real_replace(path, target)

    storage.put_if_absent("folder/first", b"")
    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "hardlink_to", link)
    monkeypatch.setattr(Path, "replace", replace)
    storage.put_if_absent("folder/one", b"1")
    with storage.open_output() as output:
        output.publish("folder/two")
    assert events == ["sync file", "name", "sync folder"] * 2


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "a/../b", "..", "a//b", "a/./b", "a\nb", "a\x00b", "a\\b", ".hidden", "a/"]
)
def test_a_key_cannot_lead_out_of_the_lake(storage: FolderStorage, key: str) -> None:
    with pytest.raises(LakeError, match="cannot be a key"):
        storage.put_if_absent(key, b"")
    with pytest.raises(LakeError, match="cannot be a key"):
        storage.read(key)


def test_the_keys_below_a_folder_come_in_order_without_unfinished_ones(storage: FolderStorage) -> None:
    for key in ("a/2", "a/1", "a/b/3", "other/4"):
        storage.put_if_absent(key, b"")
    with storage.open_output() as output:
        output.write(b"unfinished")
        assert list(storage.list("a")) == ["a/1", "a/2", "a/b/3"]
        assert list(storage.list("nothing")) == []
        with pytest.raises(LakeError, match="cannot be listed"):
            list(storage.list("x" * 300))


def test_a_missing_key_is_named(storage: FolderStorage) -> None:
    assert storage.size("a/1") is None
    with pytest.raises(LakeError, match=r"a/1 of the lake .* cannot be read: No such file"):
        storage.read("a/1")


def test_a_lake_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "lake").write_text("a file where the folder should be")
    with pytest.raises(LakeError, match="cannot be written") as caught:
        FolderStorage(tmp_path / "lake").put_if_absent("key", b"")
    assert "permissions" in caught.value.mend


def test_what_killed_writers_left_is_swept_after_a_day(storage: FolderStorage) -> None:
    storage.put_if_absent("kept", b"")
    old, young = storage.root / ".unfinished" / "old", storage.root / ".unfinished" / "young"
    old.touch()
    young.touch()
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    assert storage.sweep() == 1
    assert (old.exists(), young.exists(), storage.size("kept")) == (False, True, 0)


def test_sweeping_does_not_mind_what_is_finished_meanwhile(
    storage: FolderStorage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with storage.open_output() as output:
        there = [*tmp_path.rglob("*")]
        output.write(b"x")
        output.publish("a")
    monkeypatch.setattr(Path, "glob", lambda *_: iter(there))
    assert storage.sweep() == 0
