"""Files that are in the lake already, read once more as their dataset is declared now.

What comes out differently goes into the lake as another attempt at the same delivery; nothing that is there is changed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pyarrow.parquet as pq

from etl_assets.connectors.files.delivery import Delivery
from etl_assets.connectors.files.landing import FileUnavailable, KeptFile, LandedFile, fingerprint_of, sha256_of
from etl_assets.connectors.files.landings import Landing, as_landing
from etl_assets.connectors.files.patterns import Claim, Claims
from etl_assets.datasets import Csv, Dataset, Dms
from etl_assets.failpoints import reach
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import FileEntry, Manifest, last_attempts, load_id_of

Outcome = Literal["read again", "as before", "gone", "unclaimed"]
"""``as before``: always of a database's extract, which cannot be read once more. ``gone``: its bytes are neither in the
lake nor in the landing folder. ``unclaimed``: no pattern knows it now."""


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What came of a file that was to be read once more."""

    path: str
    outcome: Outcome


def extract_again(dataset: Dataset, landing: Landing | Path, lake: Lake, file_ids: Iterable[int]) -> list[Attempt]:
    """Read deliveries of a dataset once more, from the landing folder or from the bytes that the lake keeps.

    Args:
        dataset: As it is declared now.
        landing: The landing folder.
        lake: Where the deliveries are.
        file_ids: Which of them.
    """
    known = last_attempts(lake.manifests(dataset.name))
    claims = Claims([dataset])
    return [
        Attempt(path=known[file_id][1].path, outcome=_again(*known[file_id], as_landing(landing), lake, claims))
        for file_id in file_ids
        if file_id in known
    ]


def _again(manifest: Manifest, entry: FileEntry, landing: Landing, lake: Lake, claims: Claims) -> Outcome:
    if manifest.extract:
        return "as before"
    claim = claims.of(entry.path)
    if claim is None:
        return "unclaimed"
    file = _file(entry, claim.dataset.table.warehouse, landing, lake)
    if file is None:
        return "gone"
    as_then = replace(claim, named_at=claim.named_at or entry.modified_at)
    with lake.writer(entry.dataset) as writer:
        read = Delivery(file, as_then, entry.sha256, is_return=entry.is_return).write(0, writer, lake)
        new = replace(read, modified_at=entry.modified_at, size=entry.size, fingerprint=entry.fingerprint)
        if _told(new) == _told(entry) and not _are_named_otherwise(manifest, as_then, lake):
            return "as before"
        attempt = manifest.attempt + 1
        load_id = load_id_of(entry.dataset, [new.identity], attempt=attempt)
        parts = writer.publish(load_id, f"{new.order_at:%Y-%m-%d}")
    reach("extract.before_manifest")
    lake.commit(
        Manifest(load_id=load_id, dataset=entry.dataset, files=(new,), parts=parts, rows=new.rows, attempt=attempt)
    )
    reach("extract.after_manifest")
    return "read again"


def _told(entry: FileEntry) -> tuple[object, ...]:
    """What an attempt says of a file, but for its rows."""
    return entry.status, entry.reason, entry.rows, entry.problem_rows, entry.meaning, entry.order_at


def _are_named_otherwise(manifest: Manifest, claim: Claim, lake: Lake) -> bool:
    """Whether the columns of a file without a header are declared in another order, or under other names.

    What DMS writes is always read again: how is declared in more ways than the lake can tell.
    """
    form, at = claim.pattern.format, claim.named_at
    if isinstance(form, Dms):
        return True
    if not manifest.parts or not isinstance(form, Csv) or form.header:
        return False
    names = [column.name for column in claim.dataset.columns if not (column.since and at and column.since > at)]
    return all(pq.read_schema(part).names[: len(names)] != names for part in lake.parts(manifest))


def _file(entry: FileEntry, warehouse: str, landing: Landing, lake: Lake) -> LandedFile | None:
    """The bytes of a delivery; None when they are nowhere any more."""
    if entry.original:
        original = lake.storage.local_path(entry.original)
        return KeptFile(path=entry.path, location=original, fingerprint=fingerprint_of(original.lstat()))
    file = next(landing.look(warehouse, [entry.path]), None)
    return file if isinstance(file, LandedFile) and _is(file, entry.sha256) else None


def _is(file: LandedFile, sha256: str) -> bool:
    try:
        return sha256_of(file, {}) == sha256
    except FileUnavailable:
        return False
