"""Landed files as assets: what arrives in the landing folder goes into the lake, unchanged."""

from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

import dagster as dg

from etl_assets.connectors.files.landings import Landing, as_landing
from etl_assets.datasets import Dataset
from etl_assets.errors import DeclarationError
from etl_assets.factories.metadata import (
    Event,
    asset_key,
    code_references,
    column_schema,
    failing_clearly,
    listed,
    table,
)
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import last_attempts
from etl_assets.names import declared_in, warehouses
from etl_assets.settings import Settings
from etl_assets.words import counted

if TYPE_CHECKING:
    from etl_assets.connectors.files.extract import ExtractReport

READABLE = "every_file_can_be_read"
KNOWN = "every_file_is_known"


def landed_files(dataset: Dataset, *, behind: Sequence[dg.AssetKey] = ()) -> dg.AssetsDefinition:
    """The asset of a dataset's files in the lake.

    Args:
        dataset: Whose files.
        behind: Assets that let files land for it, so that it stands behind them.

    Raises:
        DeclarationError: When it has no files.
    """
    if not dataset.files:
        message = f"{dataset.name} is loaded from extracts, so no file of it lands."
        raise DeclarationError(message, mend="Leave it out here, and make an asset of its extract.")
    patterns = ", ".join(f"`{file.pattern}`" for file in dataset.files)
    key = asset_key(dataset.raw_key)

    @dg.asset(
        key=key,
        deps=[landing_key(dataset), *behind],
        description=f"{dataset.description} Files: {patterns}.",
        kinds=file_kinds(dataset),
        tags={"layer": "raw"},
        metadata=declared(dataset),
        check_specs=[readable_spec(key)],
    )
    def landed(landing: dg.ResourceParam[Landing], lake: dg.ResourceParam[Lake]) -> Iterator[Event]:
        from etl_assets.connectors.files.extract import extract_files  # noqa: PLC0415 - slow, and needed in a run only

        started = perf_counter()
        with failing_clearly():
            report = extract_files(dataset, landing, lake, settle_seconds=Settings.read().settle_seconds)
            in_lake = rows_in_lake(dataset, lake)
        yield extracted(report, in_lake, seconds=perf_counter() - started)

    return landed


def landing_folder(datasets: Sequence[Dataset], *, besides: Sequence[str] = ()) -> dg.AssetsDefinition:
    """The asset of a warehouse's landing folder: what lies there, and whether each file belongs to a dataset.

    Args:
        datasets: All that land in it.
        besides: Paths of files that belong to no dataset and are known to lie there.
    """
    warehouse = datasets[0].table.warehouse
    key = landing_key(datasets[0])

    @dg.asset(
        key=key,
        description=f"The files that have arrived in the landing folder `{warehouse}`.",
        kinds={"file"},
        tags={"layer": "raw"},
        check_specs=[
            dg.AssetCheckSpec(
                KNOWN,
                asset=key,
                description="Every file belongs to a declared dataset, every folder to a warehouse; others are left.",
            )
        ],
    )
    def folder(landing: dg.ResourceParam[Landing]) -> Iterator[Event]:
        from etl_assets.connectors.files.extract import stray_files, unknown_files  # noqa: PLC0415 - slow, and needed in a run only

        started = perf_counter()
        with failing_clearly():
            files = sum(1 for _ in as_landing(landing).files(warehouse))
            strangers = stray_files({warehouse, *warehouses()}, landing)
            unknown = [*unknown_files(datasets, landing, besides=besides), *strangers]
        yield dg.MaterializeResult(
            metadata={"files": files, "seconds": round(perf_counter() - started, 3)},
            check_results=[_found(KNOWN, [{"file": path} for path in unknown])],
        )

    return folder


def file_kinds(dataset: Dataset) -> set[str]:
    """What the asset of a dataset's files is made of: Parquet, and what the files are."""
    return {"parquet", *(type(file.format).__name__.lower() for file in dataset.files)}


def readable_spec(key: dg.AssetKey) -> dg.AssetCheckSpec:
    """What an extract promises."""
    return dg.AssetCheckSpec(READABLE, asset=key, description="The rows of every file can be told apart, all of them.")


def declared(dataset: Dataset) -> dict[str, Any]:
    """The columns of a dataset's files, all of them text, and where they are declared."""
    texts = {column.name: "text" for column in dataset.columns}
    descriptions = {column.name: column.description for column in dataset.columns}
    return {
        "dagster/column_schema": column_schema(texts, descriptions),
        **code_references(declared_in(dataset.name)),
    }


def rows_in_lake(dataset: Dataset, lake: Lake) -> int:
    """The rows of all deliveries of a dataset, those that were read once more as they were read last."""
    return sum(entry.rows for _, entry in last_attempts(lake.manifests(dataset.name)).values())


def extracted(report: "ExtractReport", in_lake: int, *, seconds: float) -> Event:
    """What an extract tells Dagster."""
    metadata: dict[str, Any] = {
        "dagster/row_count": in_lake,
        "rows_read": report.rows,
        "files": report.files_seen,
        "files_new": report.files_new,
        "seconds": round(seconds, 3),
    }
    if report.notes:
        metadata["notes"] = listed(report.notes)
    unreadable = [{"file": path, "reason": reason} for path, reason in report.unreadable]
    return dg.MaterializeResult(metadata=metadata, check_results=[_found(READABLE, unreadable)])


def landing_key(dataset: Dataset) -> dg.AssetKey:
    """The asset of the folder that a dataset's files land in."""
    return asset_key(f"{dataset.table.warehouse}/raw/landing")


def _found(check: str, files: Sequence[Mapping[str, object]]) -> dg.AssetCheckResult:
    """A warning while there are such files."""
    return dg.AssetCheckResult(
        check_name=check,
        passed=not files,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{counted(len(files), 'file')} found." if files else None,
        metadata={"files": len(files), **({"sample": table(files[:10])} if files else {})},
    )
