"""What has landed and is not in the lake yet."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from etl_assets.connectors.files.extract import extract_files
from etl_assets.connectors.files.landing import FileUnavailable, LandedFile, sha256_of
from etl_assets.connectors.files.waiting import WaitingFiles, waiting_files
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.schema import Column

ITEMS = Dataset(
    name="shop/staging/items", columns=(Column("item"),), key=("item",), files=(FilePattern(pattern="items.csv"),)
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return open_lake(str(tmp_path / "lake"))


def land(landing: Path, name: str, text: str) -> Path:
    path = landing / "shop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_file_waits_until_it_is_in_the_lake(tmp_path: Path, lake: Lake) -> None:
    assert waiting_files(ITEMS, tmp_path, lake).files == ()
    land(tmp_path, "items.csv", "a\n")
    land(tmp_path, "2026/items.csv", "b\n")
    land(tmp_path, "others.csv", "c\n")
    assert waiting_files(ITEMS, tmp_path, lake).files == ("2026/items.csv", "items.csv")
    extract_files(ITEMS, tmp_path, lake)
    assert waiting_files(ITEMS, tmp_path, lake).files == ()


def test_new_content_waits_and_another_time_alone_does_not(tmp_path: Path, lake: Lake) -> None:
    path = land(tmp_path, "items.csv", "a\n")
    extract_files(ITEMS, tmp_path, lake)
    os.utime(path, (1, 1))
    assert waiting_files(ITEMS, tmp_path, lake).files == ()
    land(tmp_path, "items.csv", "b\n")
    assert waiting_files(ITEMS, tmp_path, lake).files == ("items.csv",)


def test_a_file_that_goes_while_it_is_looked_at_waits(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(tmp_path, "items.csv", "a\n")
    extract_files(ITEMS, tmp_path, lake)
    path = land(tmp_path, "items.csv", "b\n")

    def gone(file: LandedFile, *_: object) -> str:
        path.unlink()
        raise file.changed()

    monkeypatch.setattr("etl_assets.connectors.files.hashes.sha256_of", gone)
    assert waiting_files(ITEMS, tmp_path, lake).files == ("items.csv",)


def test_a_file_of_a_path_that_the_lake_has_nothing_of_is_not_read(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    land(tmp_path, "items.csv", "a\n")
    monkeypatch.setattr(
        "etl_assets.connectors.files.hashes.sha256_of", lambda file, _: read.append(file.path) or "a hash"
    )
    assert waiting_files(ITEMS, tmp_path, lake).files == ("items.csv",)
    extract_files(ITEMS, tmp_path, lake)
    land(tmp_path, "items.csv", "b\n")
    assert waiting_files(ITEMS, tmp_path, lake).files == ("items.csv",)
    assert read == ["items.csv"]


def test_a_content_that_comes_back_waits_when_it_is_newer(tmp_path: Path, lake: Lake) -> None:
    for number, text in enumerate(("a\n", "b\n", "a\n"), 1):
        os.utime(land(tmp_path, "items.csv", text), (number, number))
        assert waiting_files(ITEMS, tmp_path, lake).files == ("items.csv",)
        extract_files(ITEMS, tmp_path, lake)
        assert waiting_files(ITEMS, tmp_path, lake).files == ()
    os.utime(land(tmp_path, "items.csv", "b\n"), (2, 2))
    assert waiting_files(ITEMS, tmp_path, lake).files == ()


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_looked_at(
    tmp_path: Path, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: LandedFile, known: Mapping[tuple[int, ...], str]) -> str:
        if file.path == "bad/items.csv":
            message = "it cannot be read: Permission denied"
            raise FileUnavailable(message)
        return sha256_of(file, known)

    for text in ("a\n", "b\n"):
        extract_files(ITEMS, tmp_path, lake)
        land(tmp_path, "bad/items.csv", text)
        land(tmp_path, "items.csv", text)
    monkeypatch.setattr("etl_assets.connectors.files.hashes.sha256_of", refuse)
    unreadable = (("bad/items.csv", "it cannot be read: Permission denied"),)
    assert waiting_files(ITEMS, tmp_path, lake) == WaitingFiles(files=("items.csv",), unreadable=unreadable)
