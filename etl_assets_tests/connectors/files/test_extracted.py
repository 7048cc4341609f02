"""A dataset that comes from a database's extracts has no files, wherever files are looked for."""

from datetime import datetime
from pathlib import Path
from time import time_ns

import pytest

from etl_assets.connectors.files.again import Attempt, extract_again
from etl_assets.connectors.files.arrivals import arrivals
from etl_assets.connectors.files.extract import extract_files, unknown_files
from etl_assets.connectors.files.waiting import waiting_files
from etl_assets.datasets import Dataset, FilePattern, Meaning
from etl_assets.errors import DeclarationError
from etl_assets.factories.raw import landed_files
from etl_assets.lake.extracted import Extracted
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.lake.manifest import FileEntry, Manifest
from etl_assets.schema import Column

AT = datetime(2024, 1, 1)  # noqa: DTZ001 - UTC without a zone
COLUMNS = (Column("id", "bigint"), Column("changed_at", "timestamp", header="_at"), Column("operation", header="_op"))
FILES = (FilePattern(pattern="orders*.csv"),)
ORDERS = Dataset(
    name="shop/staging/orders",
    columns=COLUMNS,
    key=("id",),
    extracted="changes",
    effective_at="changed_at",
    op="operation",
)
ITEMS = Dataset(name="shop/staging/items", columns=(Column("id"),), key=("id",), files=(FilePattern(pattern="i*.csv"),))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A lake with one extract, of no rows."""
    lake = open_lake(str(tmp_path / "lake"))
    entry = FileEntry(
        dataset=ORDERS.name,
        path="orders/00000001",
        sha256="0",
        size=0,
        modified_at=AT,
        order_at=AT,
        meaning="changes",
        rows=0,
    )
    extract = Extracted(number=1, taken_at=AT, watermark=None, latest=None, state=1)
    lake.commit(Manifest(load_id="0", dataset=ORDERS.name, files=(entry,), parts=(), rows=0, extract=extract))
    return lake


@pytest.fixture
def landing(tmp_path: Path) -> Path:
    """A landing folder with a file of the same warehouse that is nobody's, and one that is the other dataset's."""
    folder = tmp_path / "landing"
    (folder / "shop").mkdir(parents=True)
    for name in ("orders.csv", "items.csv"):
        (folder / "shop" / name).write_text("1\n")
    return folder


@pytest.mark.parametrize("extracted", ["rows", "changes", "snapshot"])
def test_what_its_rows_mean_is_what_is_declared(extracted: Meaning) -> None:
    declared = Dataset(
        name=ORDERS.name, columns=COLUMNS, key=("id",), extracted=extracted, effective_at="changed_at", op="operation"
    )
    assert [meaning for meaning in ("rows", "changes", "snapshot") if declared.means(meaning)] == [extracted]


def test_a_time_is_needed_for_changes() -> None:
    with pytest.raises(DeclarationError, match="has changes but no effective_at"):
        Dataset(name=ORDERS.name, columns=COLUMNS, key=("id",), extracted="changes")


@pytest.mark.parametrize(
    ("files", "extracted", "said"),
    [((), None, "neither files nor extracts"), (FILES, "rows", "both files and extracts")],
)
def test_it_has_files_or_is_extracted(files: tuple[FilePattern, ...], extracted: Meaning | None, said: str) -> None:
    with pytest.raises(DeclarationError, match=f"shop/staging/orders is declared with {said}"):
        Dataset(name=ORDERS.name, columns=COLUMNS, key=("id",), files=files, extracted=extracted)


def test_no_file_is_taken_or_waited_for(landing: Path, lake: Lake) -> None:
    assert extract_files(ORDERS, landing, lake).files_seen == 0
    assert waiting_files(ORDERS, landing, lake).files == ()
    assert waiting_files(ORDERS, landing / "nowhere", lake).files == ()


def test_a_file_of_its_warehouse_is_unknown_unless_another_dataset_claims_it(landing: Path) -> None:
    assert unknown_files([ORDERS, ITEMS], landing) == ("shop/orders.csv",)


def test_its_extracts_are_no_arrivals_and_yet_something_of_it_is_there(landing: Path, lake: Lake) -> None:
    found = arrivals([ORDERS, ITEMS], landing, lake, {}, now=time_ns(), settle_seconds=0)
    assert [one.path for one in found.ready] == ["items.csv"]
    assert found.missing([ORDERS.name]) == ()


def test_there_is_nothing_to_read_once_more_of_an_extract(landing: Path, lake: Lake) -> None:
    (manifest,) = lake.manifests(ORDERS.name)
    entry = manifest.files[0]
    again = extract_again(ORDERS, landing, lake, [entry.file_id])
    assert again == [Attempt(path=entry.path, outcome="as before")]


def test_it_has_no_asset_of_landed_files() -> None:
    with pytest.raises(DeclarationError, match="loaded from extracts, so no file of it lands"):
        landed_files(ORDERS)
