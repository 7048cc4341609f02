"""Staging tables as assets: what is new in the lake, loaded typed in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import dagster as dg
from pydantic import Field

from etl_assets.datasets import Dataset
from etl_assets.factories import glimpses
from etl_assets.factories.metadata import (
    Event,
    asset_key,
    code_references,
    column_schema,
    engine_kind,
    failing_clearly,
    listed,
    sql_text,
    table,
    table_name,
)
from etl_assets.factories.periods import Periods
from etl_assets.lake.lake import Lake
from etl_assets.names import declared_in
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.load.aside import BY_A_PERSON
from etl_assets.words import counted

if TYPE_CHECKING:
    from etl_assets.warehouse.load.report import LoadReport
    from etl_assets.warehouse.status import Quarantined

ACCOUNTED = "every_row_is_accounted_for"
CLEAN = "nothing_is_quarantined"
PUT_ASIDE = "files_put_aside"

_FEW: Final = 3


class LoadOptions(dg.Config):
    """What a person may decide for one load."""

    allow_closing: bool = Field(
        default=False, description="Let a snapshot close more keys than the dataset's max_closed_share."
    )
    put_aside: list[str] = Field(
        default=[], description="Paths of files: where one is refused, put it into the quarantine whole and go on."
    )


def staging_table(dataset: Dataset, *, periods: Sequence[Periods] = ()) -> dg.AssetsDefinition:
    """The asset of a dataset's staging table.

    Args:
        dataset: What it holds.
        periods: Files that are brought in by year or day, of this dataset or others.
    """
    key = asset_key(dataset.name)

    @dg.asset(
        key=key,
        deps=[asset_key(name) for name in (dataset.raw_key, *(one.name for one in periods if one.dataset is dataset))],
        description=dataset.description,
        kinds={engine_kind(), "table"},
        tags={"layer": "staging"},
        metadata={
            "dagster/column_schema": _schema(dataset, {column.name: column.type for column in dataset.columns}),
            **table_name(dataset.table),
            **code_references(declared_in(dataset.name)),
        },
        check_specs=_specs(key),
    )
    def staged(
        context: dg.AssetExecutionContext,
        config: LoadOptions,
        warehouse: dg.ResourceParam[Engine],
        lake: dg.ResourceParam[Lake],
    ) -> Iterator[Event]:
        from etl_assets.warehouse.load.staging import load_dataset  # noqa: PLC0415 - slow, and needed in a run only
        from etl_assets.warehouse.status import quarantined  # noqa: PLC0415 - as above

        with failing_clearly():
            report = load_dataset(
                warehouse, dataset, lake, allow_closing=config.allow_closing, put_aside=config.put_aside
            )
            bad = quarantined(warehouse, dataset.name)
        metadata = _counts(report) | _notes(report) | {"dagster/column_schema": _schema(dataset, report.columns)}
        if glimpses.is_seen(context):
            with warehouse.reading() as session:
                metadata = glimpses.of_dataset(session, dataset, report) | metadata
        yield dg.MaterializeResult(metadata=metadata, check_results=[_accounted(report), _clean(bad, report)])

    return staged


def _schema(dataset: Dataset, types: Mapping[str, str]) -> dg.TableSchema:
    return column_schema(
        types,
        {column.name: column.description for column in dataset.columns},
        roles=dict.fromkeys(dataset.key, "key"),
        filled=[column.name for column in dataset.columns if not column.nullable],
        unique=dataset.key if len(dataset.key) == 1 and dataset.means("rows") else (),
    )


def _specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(ACCOUNTED, asset=key, blocking=True, description="Read = loaded + quarantined + duplicate."),
        dg.AssetCheckSpec(
            CLEAN, asset=key, description="Every row of every file, as it came last, fits its declared columns."
        ),
    ]


def _counts(report: "LoadReport") -> dict[str, Any]:
    return {
        "dagster/row_count": report.rows,
        "rows_read": report.total("read"),
        "rows_loaded": report.total("loaded"),
        "rows_quarantined": report.total("quarantined"),
        "rows_duplicate": report.total("duplicate"),
        "rows_written": report.total("loaded"),
        "files": len(report.files),
        "keys_ended": sum(report.ended.values()),
        "load_number": report.load_number,
        "seconds": round(report.seconds, 3),
    }


def _notes(report: "LoadReport") -> dict[str, Any]:
    """What snapshots ended, many of them in one sentence, and which files a person has put aside."""
    ended = report.ended
    said = [f"{path}: {_ended(keys)} with it." for path, keys in ended.items()]
    if len(said) > _FEW:
        said = [f"{_ended(sum(ended.values()))} with {len(ended)} snapshots."]
    aside = [file.path for file in report.files if file.reason.endswith(BY_A_PERSON)]
    return ({"notes": listed(said)} if said else {}) | ({PUT_ASIDE: aside} if aside else {})


def _ended(keys: int) -> str:
    return f"{counted(keys, 'key')} {'ends' if keys == 1 else 'end'}"


def _accounted(report: "LoadReport") -> dg.AssetCheckResult:
    read = report.total("read")
    accounted = sum(report.total(what) for what in ("loaded", "quarantined", "duplicate"))
    return dg.AssetCheckResult(
        check_name=ACCOUNTED, passed=read == accounted, metadata={"read": read, "accounted_for": accounted}
    )


def _clean(bad: "Quarantined", report: "LoadReport") -> dg.AssetCheckResult:
    metadata: dict[str, Any] = {
        "rows": bad.rows,
        "files": bad.files,
        "rows_of_this_run": report.total("quarantined"),
        "files_of_this_run": sum(file.status == "quarantined" for file in report.files),
    }
    if bad.sample:
        metadata["query"] = sql_text(f"select * from etl.quarantine where dataset = '{report.dataset}'")  # noqa: S608 - shown, and a name of ours
        metadata["sample"] = table(bad.sample)
    return dg.AssetCheckResult(
        check_name=CLEAN,
        passed=not (bad.rows or bad.files),
        severity=dg.AssetCheckSeverity.WARN,
        description=f"{counted(bad.rows, 'row')} and {counted(bad.files, 'file')} in the quarantine.",
        metadata=metadata,
    )
