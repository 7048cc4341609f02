"""Deliveries that a load goes on without: refused, and replaced by a newer one or put aside by a person."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from etl_assets.errors import FileRefused
from etl_assets.lake.manifest import FileEntry, Manifest
from etl_assets.names import TableName

BY_A_PERSON: Final = "; put aside by a person"
"""How a reason ends that a person gave."""


def reason_to_put_aside(refused: FileRefused, manifests: Iterable[Manifest], put_aside: Collection[str]) -> str | None:
    """Why a load may go on without the file that it refused; None when it may not, and the refusal has its path.

    Args:
        refused: What the load says of the file.
        manifests: All of the dataset's, loaded or not.
        put_aside: The paths of which a person gives refused deliveries up, with or without the warehouse's folder.
    """
    files = [entry for manifest in manifests for entry in manifest.files]
    entry = next(entry for entry in files if entry.file_id == refused.file_id)
    refused.path = entry.path
    if any(_replaces(other, entry) for other in files):
        return f"refused: {refused.why}; replaced by a newer delivery of the same path"
    if {entry.path, f"{TableName.parse(entry.dataset).warehouse}/{entry.path}"} & {*put_aside}:
        return f"refused: {refused.why}{BY_A_PERSON}"
    return None


def _replaces(other: FileEntry, entry: FileEntry) -> bool:
    return other.path == entry.path and other.status == "read" and _place(other) > _place(entry)


def _place(entry: FileEntry) -> tuple[datetime, datetime, str]:
    """Where a delivery stands among those of its path (docs/history.md)."""
    return entry.order_at, entry.modified_at, entry.sha256
