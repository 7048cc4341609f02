"""Landed files and staging tables as assets."""

import warnings
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import dagster as dg
import pytest

from etl_assets.connectors.files.again import extract_again
from etl_assets.datasets import Csv, Dataset, Excel, FilePattern
from etl_assets.factories.periods import Periods, files_by_period
from etl_assets.factories.raw import landed_files, landing_folder
from etl_assets.factories.staging import staging_table
from etl_assets.lake.manifest import last_attempts
from etl_assets.schema import Column
from etl_assets_tests.factories.conftest import Shop

ITEMS = Dataset(
    name="shop/staging/items",
    description="What is sold.",
    columns=(Column("item", description="Its number."), Column("price", "bigint", description="In cents.")),
    key=("item",),
    files=(
        FilePattern(pattern="items.csv", format=Csv(header=True)),
        FilePattern(pattern="items.xlsx", format=Excel()),
    ),
)
STOCK = Dataset(
    name="shop/staging/stock",
    columns=(Column("item"),),
    key=("item",),
    files=(FilePattern(pattern="stock.csv", meaning="snapshot"),),
    missing="close",
)
RAW, STAGING, FOLDER = landed_files(ITEMS), staging_table(ITEMS), landing_folder((ITEMS, STOCK))


def names_and_types(schema: dg.TableSchema) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in schema.columns]


def test_the_folder_tells_how_many_files_lie_there_and_which_nobody_knows(shop: Shop) -> None:
    shop.land("items.csv", "item,price\n")
    shop.land("notes/secret.txt", "?")
    made = shop.make(FOLDER)
    assert made.metadata("shop/raw/landing")["files"] == 2
    found = made.check("every_file_is_known")
    assert (found.passed, found.severity, found.metadata["files"].value) == (False, dg.AssetCheckSeverity.WARN, 1)
    assert found.description == "1 file found."
    assert "shop/notes/secret.txt" in str(found.metadata["sample"].value)


def test_what_lies_in_no_warehouse_s_folder_is_reported_too(shop: Shop) -> None:
    shop.land("items.csv", "item,price\n")
    shop.land("../support/cases.csv", "")
    shop.land("../shpo/deep/items.csv", "")
    shop.land("../items.csv", "")
    shop.land("../.hidden", "")
    found = shop.make(FOLDER).check("every_file_is_known")
    assert (found.passed, found.metadata["files"].value) == (False, 2)
    sample = str(found.metadata["sample"].value)
    assert "shpo/ (1 files; there is no warehouse shpo)" in sample
    assert "items.csv (it lies in no warehouse's folder)" in sample


def test_a_file_that_is_known_to_lie_there_is_no_stranger(shop: Shop) -> None:
    shop.land("paths.json", "{}")
    shop.land("deep/paths.json", "{}")
    folder = landing_folder((ITEMS, STOCK), besides=("paths.json",))
    found = shop.make(folder).check("every_file_is_known")
    assert (found.passed, found.metadata["files"].value) == (False, 1)
    assert "shop/deep/paths.json" in str(found.metadata["sample"].value)


def test_what_landed_is_counted_and_every_column_is_text(shop: Shop) -> None:
    shop.land("items.csv", "item,price,colour\na,1,red\nb,2,blue\n")
    made = shop.make(RAW)
    metadata = made.metadata("shop/raw/items")
    figures = [metadata[name] for name in ("dagster/row_count", "rows_read", "files", "files_new")]
    assert figures == [2, 2, 1, 1]
    assert "colour" in metadata["notes"]
    assert made.check("every_file_can_be_read").passed
    again = shop.make(RAW).metadata("shop/raw/items")
    assert [again[name] for name in ("dagster/row_count", "rows_read", "files_new")] == [2, 0, 0]
    spec = RAW.specs_by_key[dg.AssetKey(["shop", "raw", "items"])]
    assert names_and_types(spec.metadata["dagster/column_schema"]) == [("item", "text"), ("price", "text")]
    assert spec.kinds == {"parquet", "csv", "excel"}
    assert spec.description == "What is sold. Files: `items.csv`, `items.xlsx`."


def test_a_file_that_cannot_be_read_warns_with_its_reason(shop: Shop) -> None:
    shop.land("items.csv", "number\n1\n")
    made = shop.make(RAW)
    found = made.check("every_file_can_be_read")
    assert (made.success, found.passed, found.severity) == (True, False, dg.AssetCheckSeverity.WARN)
    assert "missing in its header ('number')" in str(found.metadata["sample"].value)


def test_a_staging_table_accounts_for_every_row(shop: Shop) -> None:
    shop.land("items.csv", "item,price\na,1\na,1\nb,dear\n")
    made = shop.make(RAW, STAGING)
    metadata = made.metadata("shop/staging/items")
    names = ("rows_read", "rows_loaded", "rows_quarantined", "rows_duplicate", "dagster/row_count", "load_number")
    assert [metadata[name] for name in names] == [3, 1, 1, 1, 1, 1]
    assert made.check("every_row_is_accounted_for").passed
    assert made.check("every_row_is_accounted_for").metadata["accounted_for"].value == 3
    found = made.check("nothing_is_quarantined")
    assert (found.passed, found.severity) == (False, dg.AssetCheckSeverity.WARN)
    (bad,) = made.sample("nothing_is_quarantined")
    assert [bad[name] for name in ("file", "line", "column", "value")] == ["items.csv", "4", "price", "dear"]
    assert found.description == "1 row and 0 files in the quarantine."
    assert "dataset = 'shop/staging/items'" in str(found.metadata["query"].value)
    assert [kind.lower() for _, kind in names_and_types(metadata["dagster/column_schema"])] == ["varchar", "bigint"]


def test_a_page_shows_the_files_of_the_load_and_the_newest_rows(shop: Shop) -> None:
    shop.land("items.csv", "item,price\nb,2\na,1\na,1\nc,dear\n")
    metadata = shop.make(RAW, STAGING, seen=True).metadata("shop/staging/items")
    assert metadata["newest_files"] == "- items.csv: 4 read = 2 loaded + 1 quarantined + 1 duplicate"
    assert metadata["preview"].splitlines()[2:] == ["| a | 1 |", "| b | 2 |"]
    again = shop.make(RAW, STAGING, seen=True).metadata("shop/staging/items")
    assert "newest_files" not in again
    assert again["preview"] == metadata["preview"]


def test_what_is_in_the_quarantine_warns_until_it_is_gone(shop: Shop) -> None:
    shop.land("items.csv", "item,price\nb,dear\n")
    shop.make(RAW, STAGING)
    again = shop.make(RAW, STAGING)
    assert again.metadata("shop/staging/items")["rows_quarantined"] == 0
    found = again.check("nothing_is_quarantined")
    assert (found.passed, found.metadata["rows"].value, found.metadata["rows_of_this_run"].value) == (False, 1, 0)


def test_a_file_that_came_again_correctly_no_longer_warns(shop: Shop) -> None:
    shop.land("items.csv", "item,price\na,1\nb,dear\n")
    found = shop.make(RAW, STAGING).check("nothing_is_quarantined")
    assert (found.metadata["rows"].value, found.metadata["rows_of_this_run"].value) == (1, 1)
    shop.land("items.csv", "item,price\na,1\nb,2\n")
    assert shop.make(RAW, STAGING).check("nothing_is_quarantined").passed
    shop.land("items.csv", "number\n1\n")
    assert shop.make(RAW, STAGING).check("nothing_is_quarantined").metadata["files"].value == 1
    shop.land("items.csv", "item,price\na,1\nb,2\n")
    assert shop.make(RAW, STAGING).check("nothing_is_quarantined").passed


def test_a_load_that_is_refused_says_why_and_how_to_go_on(shop: Shop) -> None:
    shop.land("items.csv", "item,price\n" + "b,dear\n" * 30)
    made = shop.make(RAW, STAGING)
    assert not made.success
    assert made.failure.startswith("items.csv: 30 of 30 rows do not fit the declaration of shop/staging/items")
    assert "line 2, price 'dear': not a whole number" in made.failure
    assert "raise max_bad_share" in made.failure


def test_a_person_may_let_a_snapshot_close_keys(shop: Shop) -> None:
    raw, staging = landed_files(STOCK), staging_table(STOCK)
    shop.land("stock.csv", "".join(f"i{number}\n" for number in range(20)))
    assert shop.make(raw, staging).success
    shop.land("stock.csv", "")
    assert "20" in shop.make(raw, staging).failure
    allowed: dict[str, Any] = {"ops": {"shop__staging__stock": {"config": {"allow_closing": True}}}}
    assert shop.make(raw, staging, config=allowed).success


@pytest.mark.parametrize("every", ["year", "day"])
def test_files_of_a_period_are_declared_in_silence(every: Literal["year", "day"]) -> None:
    with warnings.catch_warnings(action="error"):
        periods = Periods(dataset=STOCK, every=every, first=date(2020, 1, 1))
        assert files_by_period(periods).key.path == ["shop", "raw", f"stock_by_{every}"]


def test_rows_that_were_read_once_more_are_counted_once(shop: Shop) -> None:
    named = [FilePattern(pattern="items_{YYYY}.csv", format=Csv(header=header)) for header in (True, False)]
    first, corrected = (replace(ITEMS, files=(pattern,)) for pattern in named)
    shop.land("items_2024.csv", "item,price\na,1\n")
    by_year = files_by_period(Periods(dataset=first, every="year", first=date(2020, 1, 1)))
    resources = {"lake": shop.lake, "landing": shop.folder / "landing"}
    counts: list[object] = []
    for _ in range(2):
        result = dg.materialize([by_year], partition_key="2024", resources=resources)
        (made,) = result.asset_materializations_for_node("shop__raw__items_by_year")
        counts.append(made.metadata["dagster/row_count"].value)
        (file,) = last_attempts(shop.lake.manifests(ITEMS.name))
        extract_again(corrected, shop.folder / "landing", shop.lake, [file])
    assert counts == [1, 2]


def test_of_many_snapshots_the_keys_that_end_are_told_in_one_sentence(shop: Shop) -> None:
    dataset = replace(STOCK, files=(FilePattern(pattern="stock_{YYYY}.csv", meaning="snapshot"),))
    for year, items in enumerate(("abcdef", "abcde", "abcd", "ab", "a"), 2020):
        shop.land(f"stock_{year}.csv", "".join(f"{item}\n" for item in items))
    made = shop.make(landed_files(dataset), staging_table(dataset))
    metadata = made.metadata(dataset.name)
    assert (metadata["keys_ended"], metadata["notes"]) == (5, "- 5 keys end with 4 snapshots.")
