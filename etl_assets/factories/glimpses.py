"""What the pages show of a table beside its figures: a few rows and pictures. Made only where someone may see them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import dagster as dg

from etl_assets.datasets import Dataset
from etl_assets.factories.metadata import listed, markdown_table
from etl_assets.pictures.bars import bars
from etl_assets.pictures.timeline import Version, timeline
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.glimpse import (
    MOST_ROWS,
    PREVIEWED,
    Life,
    LivedVersion,
    longest_life,
    newest_rows,
    rows_by_day,
    time_column,
    versions_by_day,
)
from etl_assets.warehouse.models.declare import Incremental, Model, Type2
from etl_assets.warehouse.models.reports import BuildReport

if TYPE_CHECKING:
    from etl_assets.warehouse.load.report import FileReport, LoadReport


def is_seen(context: dg.AssetExecutionContext) -> bool:
    """Whether what an asset says of itself is kept: a run without a home for Dagster's records is not on any page."""
    return not context.instance.is_ephemeral


def of_rows(rows: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """A few rows."""
    return {"preview": markdown_table(rows)} if rows else {}


def of_dataset(session: Session, dataset: Dataset, report: "LoadReport") -> dict[str, Any]:
    """A few rows of a staging table, and what became of each file of a load."""
    rows = newest_rows(session, dataset.table, report.columns, rows=report.rows, key=dataset.key)
    files = [_told(file) for file in report.files[-PREVIEWED:]]
    return of_rows(rows) | ({"newest_files": listed(files)} if files else {})


def _told(file: "FileReport") -> str:
    parts = {"loaded": file.loaded, "quarantined": file.quarantined, "duplicate": file.duplicate}
    became = " + ".join(f"{count:,} {what}" for what, count in parts.items() if count)
    said = f" ({file.reason})" if file.reason else ""
    return f"{file.path}: {file.read:,} read{f' = {became}' if became else ''}{said}"


def of_model(session: Session, model: Model, report: BuildReport) -> dict[str, Any]:
    """A few rows of a model, and what is drawn of its kind."""
    key = model.key if isinstance(model, Incremental | Type2) else ()
    pictures: dict[str, str] = {}
    if report.rows <= MOST_ROWS:
        pictures = _pictures(session, model, report)
    shown = {name: dg.MetadataValue.md(picture) for name, picture in pictures.items()}
    return of_rows(newest_rows(session, model.table, report.columns, rows=report.rows, key=key)) | shown


def _pictures(session: Session, model: Model, report: BuildReport) -> dict[str, str]:
    if isinstance(model, Type2):
        return _of_dimension(session, model)
    time = time_column(report.columns)
    if isinstance(model, Incremental) and time and (days := rows_by_day(session, model.table, time)):
        return {"rows_over_time": bars("rows", time, days)}
    return {}


def _of_dimension(session: Session, model: Type2) -> dict[str, str]:
    days, life = versions_by_day(session, model), longest_life(session, model)
    return ({"versions_over_time": bars("versions", "valid_from", days)} if days else {}) | (
        {"longest_life": _timeline(life)} if life else {}
    )


def _timeline(life: Life) -> str:
    named = ", ".join(f"{name} {value}" for name, value in life.key.items())
    before = [None, *life.versions[:-1]]
    versions = [
        Version(begins=version.begins, ends=version.ends, says=_news(version, last))
        for last, version in zip(before, life.versions, strict=True)
    ]
    return timeline(named, versions, until=life.until)


def _news(version: LivedVersion, last: LivedVersion | None) -> str:
    """What a version has that the one before had not; all of it where nothing differs."""
    new = {
        name: value for name, value in version.values.items() if last is None or last.values[name] != value
    } or version.values
    return " · ".join(f"no {name}" if value is None else str(value) for name, value in new.items())
