"""Deliveries that a load goes on without, and deliveries that it takes whatever the limits say; kept in the lake."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

from etl_assets.datasets import Dataset
from etl_assets.errors import FileRefused
from etl_assets.lake.decisions import Decision
from etl_assets.lake.manifest import FileEntry, Manifest, last_attempts
from etl_assets.names import TableName
from etl_assets.warehouse.load.files import FEW_ROWS, FileLedger

BY_A_PERSON: Final = "; put aside by a person"
"""How a reason ends that a person gave."""


def decided_aside(
    refused: FileRefused, manifests: Iterable[Manifest], put_aside: Collection[str], decisions: Mapping[int, Decision]
) -> Decision | None:
    """The decision by which a load may go on without the file that it refused; None when it may not.

    The refusal has the file's path then.

    Args:
        refused: What the load says of the file.
        manifests: All of the dataset's, loaded or not.
        put_aside: The paths of which a person gives refused deliveries up, with or without the warehouse's folder.
        decisions: What was decided before: a file that was aside and is tried again may be aside again.
    """
    files = {file_id: entry for file_id, (_, entry) in last_attempts(manifests).items()}
    entry = files[refused.file_id]
    refused.path = entry.path
    paths = {entry.path, f"{TableName.parse(entry.dataset).warehouse}/{entry.path}"}
    before = decisions.get(refused.file_id)
    if any(_replaces(other, entry) for other in files.values()):
        why = "; replaced by a newer delivery of the same path"
    elif paths & {*put_aside} or (before and before.verdict == "again"):
        why = BY_A_PERSON
    else:
        return None
    return Decision(file_id=entry.file_id, path=entry.path, verdict="aside", why=f"refused: {refused.why}{why}")


def asides(decisions: Mapping[int, Decision]) -> dict[int, str]:
    """The files that are aside, and why."""
    return {file_id: one.why for file_id, one in decisions.items() if one.verdict == "aside"}


def accepted(decisions: Mapping[int, Decision]) -> set[int]:
    """The files that no limit refuses any more."""
    return {file_id for file_id, one in decisions.items() if one.verdict == "accepted"}


def accepted_by(dataset: Dataset, files: FileLedger) -> list[Decision]:
    """The files of a load that a limit may refuse when another warehouse loads them, in another order or later."""
    return [
        Decision(file_id=entry.file_id, path=entry.path, verdict="accepted")
        for entry, report in zip(files.entries, files.reports(), strict=True)
        if entry.status == "read" and (report.quarantined > FEW_ROWS or _may_close(entry, dataset))
    ]


def _may_close(entry: FileEntry, dataset: Dataset) -> bool:
    return entry.meaning == "snapshot" and dataset.missing == "close"


def _replaces(other: FileEntry, entry: FileEntry) -> bool:
    return other.path == entry.path and other.status == "read" and _place(other) > _place(entry)


def _place(entry: FileEntry) -> tuple[datetime, datetime, str]:
    """Where a delivery stands among those of its path (docs/history.md)."""
    return entry.order_at, entry.modified_at, entry.sha256
