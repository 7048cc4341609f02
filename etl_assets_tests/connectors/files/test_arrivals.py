"""What has arrived and is not in the warehouse."""

import os
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from time import time_ns

import pytest

from etl_assets.connectors.files.arrivals import Arrivals, arrivals
from etl_assets.connectors.files.extract import extract_files
from etl_assets.connectors.files.hashes import Hashes
from etl_assets.connectors.files.landing import LandedFile
from etl_assets.datasets import Dataset, FilePattern
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.schema import Column

ITEMS = Dataset(
    name="shop/staging/items",
    columns=(Column("id"),),
    key=("id",),
    files=(FilePattern(pattern="items.csv"), FilePattern(pattern="items_{YYYY}.csv")),
)
OTHERS = Dataset(
    name="shop/staging/others", columns=(Column("id"),), key=("id",), files=(FilePattern(pattern="others.csv"),)
)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return open_lake(str(tmp_path / "lake"))


def land(tmp_path: Path, name: str, text: str = "1\n") -> Path:
    path = tmp_path / "landing" / "shop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def found(
    tmp_path: Path,
    lake: Lake,
    loaded: Mapping[str, Collection[str]] | None = None,
    *,
    settle: float = 0,
    hashes: Hashes | None = None,
) -> Arrivals:
    return arrivals(
        (ITEMS, OTHERS), tmp_path / "landing", lake, loaded or {}, now=time_ns(), settle_seconds=settle, hashes=hashes
    )


def test_a_file_is_on_its_way_until_the_warehouse_has_it(tmp_path: Path, lake: Lake) -> None:
    land(tmp_path, "items.csv")
    landed = found(tmp_path, lake).ready
    report = extract_files(ITEMS, tmp_path / "landing", lake)
    assert [one.path for one in landed] == ["items.csv"]
    assert [(one.key, one.in_lake) for one in found(tmp_path, lake).ready] == [(landed[0].key, True)]
    assert found(tmp_path, lake, {ITEMS.name: report.load_ids}).ready == ()


def test_a_file_that_grows_is_not_read_for_it(tmp_path: Path, lake: Lake) -> None:
    land(tmp_path, "items.csv")
    extract_files(ITEMS, tmp_path / "landing", lake)
    land(tmp_path, "items.csv", "2\n")
    read: list[str] = []

    class Told(Hashes):
        """Says what is asked for."""

        def of(self, file: LandedFile, known: Mapping[tuple[int, ...], str]) -> str:
            read.append(file.path)
            return super().of(file, known)

    for settle in (60, 0):
        found(tmp_path, lake, settle=settle, hashes=Told())
    assert read == ["items.csv"]


def test_what_was_written_a_moment_ago_is_still_growing(tmp_path: Path, lake: Lake) -> None:
    land(tmp_path, "items.csv")
    arriving = found(tmp_path, lake, settle=60)
    assert (arriving.ready, arriving.growing) == ((), ("items.csv",))


def test_a_file_with_an_old_date_is_growing_too_while_it_is_copied(tmp_path: Path, lake: Lake) -> None:
    os.utime(land(tmp_path, "items.csv"), (0, 0))
    assert found(tmp_path, lake, settle=60).growing == ("items.csv",)


def test_another_content_or_another_touch_is_another_version(tmp_path: Path, lake: Lake) -> None:
    path = land(tmp_path, "items.csv")
    first = found(tmp_path, lake).ready[0].key
    assert found(tmp_path, lake).ready[0].key == first
    os.utime(path, ns=(1, 1))
    touched = found(tmp_path, lake).ready[0].key
    path.write_text("2\n")
    assert len({first, touched, found(tmp_path, lake).ready[0].key}) == 3


def test_a_content_that_the_lake_has_is_no_arrival_however_often_it_is_touched(tmp_path: Path, lake: Lake) -> None:
    path = land(tmp_path, "items.csv")
    report = extract_files(ITEMS, tmp_path / "landing", lake)
    os.utime(path, ns=(10**18, 10**18))
    assert found(tmp_path, lake, {ITEMS.name: report.load_ids}).ready == ()


def test_the_time_in_the_name_is_told_until_the_lake_has_the_file(tmp_path: Path, lake: Lake) -> None:
    land(tmp_path, "items_2014.csv")
    assert [one.named_at for one in found(tmp_path, lake).ready] == [datetime.fromisoformat("2014-01-01")]
    extract_files(ITEMS, tmp_path / "landing", lake)
    assert [one.named_at for one in found(tmp_path, lake).ready] == [None]


def test_only_the_files_of_the_time_that_is_asked_for_are_brought_in(tmp_path: Path, lake: Lake) -> None:
    for name in ("items.csv", "items_2013.csv", "items_2014.csv", "items_2015.csv"):
        land(tmp_path, name, f"{name}\n")
    extract_files(
        ITEMS,
        tmp_path / "landing",
        lake,
        between=(datetime.fromisoformat("2014-01-01"), datetime.fromisoformat("2016-01-01")),
    )
    paths = {file.path for manifest in lake.manifests(ITEMS.name) for file in manifest.files}
    assert paths == {"items_2014.csv", "items_2015.csv"}


def test_a_dataset_is_missing_until_a_file_of_it_has_arrived(tmp_path: Path, lake: Lake) -> None:
    land(tmp_path, "items.csv")
    assert found(tmp_path, lake).missing([ITEMS.name, OTHERS.name]) == (OTHERS.name,)
    land(tmp_path, "others.csv")
    assert found(tmp_path, lake).missing([ITEMS.name, OTHERS.name]) == ()
    report = extract_files(OTHERS, tmp_path / "landing", lake)
    assert found(tmp_path, lake, {OTHERS.name: report.load_ids}).missing([OTHERS.name]) == ()
