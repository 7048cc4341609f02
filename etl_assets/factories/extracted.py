"""What extracts say of themselves on Dagster's pages."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow.parquet as pq

from etl_assets.connectors.database.extract import landed_before
from etl_assets.factories.glimpses import of_rows
from etl_assets.factories.metadata import column_schema, listed, table
from etl_assets.lake.catalogue import Catalogue, State
from etl_assets.warehouse.glimpse import PREVIEWED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from etl_assets.connectors.database.extract import ExtractReport, TableReport
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.datasets import Dataset
    from etl_assets.lake.lake import Lake
    from etl_assets.lake.manifest import Manifest

_OWN = "_"
"""How the lake's own columns begin."""


def version_of(dataset: "Dataset", lake: "Lake") -> dg.DataVersion:
    """What changes when something was landed, and only then: what is made of a table follows that."""
    landed = landed_before(lake, dataset.name)
    return dg.DataVersion(landed[-1].load_id if landed else "nothing")


def of_table(source: "SourceTable", report: "TableReport", lake: "Lake", *, is_seen: bool) -> dict[str, Any]:
    """The figures of a table's extract, and, where somebody may look, a few of its rows."""
    landed, state = landed_before(lake, source.dataset), Catalogue(lake.storage).accepted(source.dataset)
    found: dict[str, Any] = {
        "dagster/row_count": sum(manifest.rows for manifest in landed),
        "rows_read": report.read,
        "rows_landed": report.landed,
        "rows_problem": report.problems,
        "batches": len(landed),
        "watermark": _time(report.watermark) if report.watermark else "none yet",
        "read_since": _time(report.since) if report.since else "all of them",
        "seconds": round(report.seconds, 3),
    }
    if state:
        found |= {"catalogue_state": state.number, "dagster/column_schema": _schema(state)}
    if notes := _notes(report, state, landed):
        found["notes"] = listed(notes)
    return found | (_preview(landed, lake) if is_seen else {})


def of_source(report: "ExtractReport", *, seconds: float) -> dict[str, Any]:
    """What a snapshot gave, table by table."""
    told = [one for one in report.tables if not one.failure]
    rows = [{"table": one.dataset, "read": one.read, "landed": one.landed, "watermark": one.watermark} for one in told]
    found: dict[str, Any] = {
        "taken_at": _time(report.taken_at),
        "tables": len(report.tables),
        "tables_failed": len(report.failures),
        "rows_read": sum(one.read for one in told),
        "rows_landed": sum(one.landed for one in told),
        "seconds": round(max(seconds - sum(one.seconds for one in report.tables), 0.0), 3),
    }
    if rows:
        found["by_table"] = table(rows)
    return found | ({"notes": listed(report.notes)} if report.notes else {})


def _notes(report: "TableReport", state: State | None, landed: "Sequence[Manifest]") -> list[str]:
    """What is worth knowing: columns that have changed since the batch before, rows that do not fit."""
    notes: list[str] = []
    is_new = bool(report.load_id) and len(landed) > 1
    if is_new and state and (before := landed[-2].extract) and before.state != state.number:
        notes.append(f"Columns have changed in the source: {state.reason}.")
    if report.problems:
        notes.append(f"{report.problems:,} rows do not fit the types of their columns; the load quarantines them.")
    return notes


def _schema(state: State) -> dg.TableSchema:
    shape = state.shape
    return column_schema(
        {column.name: column.type for column in shape.columns},
        {},
        roles=dict.fromkeys(shape.key, "key"),
        filled=[column.name for column in shape.columns if not column.nullable],
        unique=shape.key if len(shape.key) == 1 else (),
    )


def _preview(landed: "Sequence[Manifest]", lake: "Lake") -> dict[str, Any]:
    """A few of the rows that were landed last."""
    parts = [part for manifest in reversed(landed) for part in manifest.parts]
    if not parts:
        return {}
    file = pq.ParquetFile(lake.storage.local_path(parts[0].path))
    names = [name for name in file.schema_arrow.names if not name.startswith(_OWN)]
    first = next(file.iter_batches(PREVIEWED, columns=names), None)
    return of_rows(first.to_pylist()) if first else {}


def _time(at: datetime) -> str:
    return f"{at.isoformat(' ', timespec='milliseconds')} UTC"
