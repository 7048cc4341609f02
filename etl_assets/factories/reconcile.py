"""Extracted tables compared with their source: a check of each staging table, and a schedule of their own.

The checks are none of the tables' own runs, which are every few minutes: a comparison reads every row. It goes on
beside them, and holds none of them up; two comparisons wait for each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.database.tables import SourceTable
from etl_assets.datasets import Dataset
from etl_assets.factories.attempts import tags_of
from etl_assets.factories.metadata import asset_key, failing_clearly, markdown_table, op_name
from etl_assets.lake.lake import Lake
from etl_assets.warehouse.engines import Engine
from etl_assets.words import counted

if TYPE_CHECKING:
    from etl_assets.reconcile import Difference, TableCompared

EQUAL: Final = "source_and_warehouse_are_equal"
_SHOWN: Final = 20
_SAID: Final = "The staging table holds, by what was observed last of each key, what its table in the source holds."


def reconciled(tables: Sequence[tuple[Dataset, SourceTable]], *, cron: str = "30 3 * * *") -> dg.Definitions:
    """The checks of a warehouse's extracted tables, and the schedule by which they are made.

    Args:
        tables: What is loaded, each with what it is extracted from; all of one warehouse.
        cron: When they are made, UTC.
    """
    name = tables[0][0].table.warehouse
    checks = _checks(name, tables)
    job_name = f"{name}_reconciled"
    job = dg.define_asset_job(
        job_name,
        selection=dg.AssetSelection.checks(checks),
        tags=tags_of(job_name),
        description="Compares every extracted table with its source. It repairs nothing.",
    )
    schedule = dg.ScheduleDefinition(
        name=f"{job_name}_each_day",
        job=job,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Finds what no extract can see: rows changed behind their cursor, deleted rows, missing rows.",
    )
    return dg.Definitions(asset_checks=[checks], jobs=[job], schedules=[schedule])


def comparisons(datasets: Iterable[str]) -> dg.AssetSelection:
    """The checks of these tables that compare them with their source: they belong to no run but their own."""
    return dg.AssetSelection.checks(*(dg.AssetCheckKey(asset_key(name), EQUAL) for name in datasets))


def _checks(name: str, tables: Sequence[tuple[Dataset, SourceTable]]) -> dg.AssetChecksDefinition:
    @dg.multi_asset_check(
        name=op_name(f"{name}/reconciled"),
        specs=[dg.AssetCheckSpec(EQUAL, asset=asset_key(dataset.name), description=_SAID) for dataset, _ in tables],
        can_subset=True,
    )
    def compared(
        context: dg.AssetCheckExecutionContext,
        sources: dg.ResourceParam[Sources],
        lake: dg.ResourceParam[Lake],
        warehouse: dg.ResourceParam[Engine],
    ) -> Iterator[dg.AssetCheckResult]:
        from etl_assets.reconcile import reconcile  # noqa: PLC0415 - slow, and needed in a run only

        chosen = {check.asset_key for check in context.selected_asset_check_keys}
        some = [pair for pair in tables if asset_key(pair[0].name) in chosen]
        with failing_clearly():
            report = reconcile(sources.of(name), warehouse, lake, some, most=_SHOWN)
        for one in report.tables:
            yield _result(one)

    return compared


def _result(found: "TableCompared") -> dg.AssetCheckResult:
    """A warning while a row differs, an error where nothing could be compared."""
    metadata: dict[str, Any] = {
        name: getattr(found, name)
        for name in ("source_rows", "warehouse_rows", "missing", "gone", "changed", "quarantined", "waiting")
    }
    metadata |= {"rows_looked_at": found.rows_looked_at, "seconds": round(found.seconds, 3)}
    if found.differences:
        metadata["differences"] = markdown_table([row for each in found.differences for row in _rows(each)])
    if found.note:
        metadata["note"] = found.note
    unfit = f" {counted(found.quarantined, 'row')} of the source do not fit." if found.quarantined else ""
    said = str(found.failure) if found.failure else f"{counted(found.different, 'row')} differ.{unfit}"
    return dg.AssetCheckResult(
        asset_key=asset_key(found.dataset),
        check_name=EQUAL,
        passed=found.is_sound,
        severity=dg.AssetCheckSeverity.ERROR if found.failure else dg.AssetCheckSeverity.WARN,
        description=None if found.is_sound else said,
        metadata=metadata,
    )


def _rows(found: "Difference") -> Iterator[dict[str, object]]:
    key = ", ".join(map(str, found.key.values()))
    if not found.columns:
        yield {"key": key, "what": found.kind, "column": "", "source": "", "warehouse": ""}
    for name, (ours, theirs) in found.columns.items():
        yield {"key": key, "what": found.kind, "column": name, "source": ours, "warehouse": theirs}
