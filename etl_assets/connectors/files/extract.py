"""What landed into the lake: each delivery once."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl_assets.connectors.files.delivery import Delivery
from etl_assets.connectors.files.known import Known
from etl_assets.connectors.files.landing import (
    FileChanged,
    FileUnavailable,
    LandedFile,
    Refused,
    let_rest,
    sha256_of,
)
from etl_assets.connectors.files.landings import Landing, as_landing
from etl_assets.connectors.files.patterns import Claim, Claims
from etl_assets.datasets import Dataset
from etl_assets.failpoints import reach
from etl_assets.lake.lake import Lake
from etl_assets.lake.manifest import FileEntry, Manifest, load_id_of
from etl_assets.lake.other_types import OtherTypes

if TYPE_CHECKING:
    from etl_assets.lake.writer import LoadWriter

BATCH_BYTES: Final = 64 * 1024 * 1024
BATCH_FILES: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class ExtractReport:
    """What an extract did.

    Args:
        files_seen: Files of the dataset in the folder.
        files_new: Deliveries that were not in the lake.
        rows: Their records, ill-formed ones among them.
        unreadable: Path and reason of what could not be read.
        load_ids: The loads that were committed.
        notes: What is worth knowing, one sentence each.
    """

    files_seen: int
    files_new: int
    rows: int
    unreadable: tuple[tuple[str, str], ...]
    load_ids: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass
class _Findings:
    """What is noted on the way."""

    seen: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def left(self, path: str, error: FileUnavailable) -> None:
        """A file is left for the next run."""
        if isinstance(error, FileChanged):
            self.notes.append(str(error))
        else:
            self.unreadable.append((path, str(error)))


def extract_files(
    dataset: Dataset,
    landing: Landing | Path,
    lake: Lake,
    *,
    settle_seconds: float = 0,
    between: tuple[datetime, datetime] | None = None,
) -> ExtractReport:
    """Bring the new deliveries of a dataset into the lake.

    Args:
        dataset: What is looked for.
        landing: The landing folder; the dataset's files are below its warehouse's folder.
        lake: Where they go.
        settle_seconds: A file is read when it has not been written to for so long; the extract waits for that once, and
            leaves a file that grows meanwhile for the next run.
        between: Those of the files to bring in: from when to before when the time in their names is. All files, and
            those without a time too, when None.
    """
    findings, landing = _Findings(), as_landing(landing)
    known = Known(lake.manifests(dataset.name))
    claimed = [one for one in _claimed(dataset, landing) if between is None or _is_of(one[1], *between)]
    findings.seen = len(claimed)
    unread = [file for file, _ in claimed if file.fingerprint not in known.hashes[file.path]]
    let_rest(unread, settle_seconds)
    landing.bring(unread)
    batches = _batched(_new_deliveries(claimed, known, findings))
    manifests = [manifest for batch in batches for manifest in _loads(dataset, batch, landing, lake, findings)]
    landing.let_go(unread)
    return ExtractReport(
        files_seen=findings.seen,
        files_new=sum(len(manifest.files) for manifest in manifests),
        rows=sum(manifest.rows for manifest in manifests),
        unreadable=tuple(findings.unreadable),
        load_ids=tuple(manifest.load_id for manifest in manifests),
        notes=tuple(findings.notes),
    )


def unknown_files(
    datasets: Sequence[Dataset], landing: Landing | Path, *, besides: Collection[str] = ()
) -> tuple[str, ...]:
    """What lies in the datasets' warehouse folders and no dataset claims, as ``support/notes.txt``.

    What cannot be a file of ours, a link for example, is followed by the reason in brackets.

    Args:
        datasets: Of which nothing is unknown.
        landing: The landing folder.
        besides: Paths of files that belong to no dataset and are known, below a warehouse's folder.

    Raises:
        DeclarationError: When two patterns claim one file.
    """
    found: list[str] = []
    for warehouse in sorted({dataset.table.warehouse for dataset in datasets}):
        claims = Claims(dataset for dataset in datasets if dataset.table.warehouse == warehouse)
        files = as_landing(landing).files(warehouse)
        found += [f"{warehouse}/{path}" for path in _unknown(claims, files) if path not in besides]
    return tuple(found)


def stray_files(warehouses: Collection[str], landing: Landing | Path) -> tuple[str, ...]:
    """What lies in the landing folder and in no warehouse's folder, with the reason in brackets."""
    return tuple(as_landing(landing).strays(warehouses))


def _unknown(claims: Claims, files: Iterable[LandedFile | Refused]) -> Iterator[str]:
    for entry in files:
        if isinstance(entry, Refused):
            yield f"{entry.path} ({entry.reason})"
        elif not claims.of(entry.path):
            yield entry.path


def _claimed(dataset: Dataset, landing: Landing) -> list[tuple[LandedFile, Claim]]:
    """The files of a dataset."""
    claims = Claims([dataset])
    files = (file for file in landing.files(dataset.table.warehouse) if isinstance(file, LandedFile))
    return [(file, claim) for file in files if (claim := claims.of(file.path))]


def _is_of(claim: Claim, begin: datetime, end: datetime) -> bool:
    return claim.named_at is not None and begin <= claim.named_at < end


def _new_deliveries(claimed: Iterable[tuple[LandedFile, Claim]], known: Known, findings: _Findings) -> list[Delivery]:
    found: list[tuple[datetime, Delivery]] = []
    for file, claim in claimed:
        try:
            sha256 = sha256_of(file, known.hashes[file.path])
            if delivery := _delivery(file, claim, sha256, known, findings):
                found.append((delivery.order_at, delivery))
        except FileUnavailable as error:
            findings.left(file.path, error)
    return [delivery for _, delivery in sorted(found, key=lambda one: (one[0], one[1].file.path))]


def _delivery(file: LandedFile, claim: Claim, sha256: str, known: Known, findings: _Findings) -> Delivery | None:
    """The delivery, when it is one that the lake has not; a content with an old time is noted."""
    standing = known.standing(file.path, sha256, lambda: (claim.named_at or file.modified_at, file.modified_at))
    if standing == "outdated":
        findings.notes.append(
            f"{file.path} has a content that it had before, and no newer time: what came after it stands."
            " If it is meant to stand, give it a new time (touch)."
        )
    if standing in {"new", "returned"}:
        return Delivery(file, claim, sha256, is_return=standing == "returned")
    return None


def _batched(deliveries: Iterable[Delivery]) -> Iterator[list[Delivery]]:
    """Deliveries that share a load: few bytes and not too many files."""
    batch: list[Delivery] = []
    size = 0
    for delivery in deliveries:
        if batch and (size + delivery.file.size > BATCH_BYTES or len(batch) == BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(delivery)
        size += delivery.file.size
    if batch:
        yield batch


def _loads(
    dataset: Dataset, batch: list[Delivery], landing: Landing, lake: Lake, findings: _Findings
) -> Iterator[Manifest]:
    """Write and commit files; those with a column of another type than the others' in loads of their own.

    Then nothing of the batch is read any more.
    """
    left = batch
    while left:
        others: list[Delivery] = []
        if manifest := _load(dataset, left, lake, findings, others):
            yield manifest
        left = others
    landing.let_go(delivery.file for delivery in batch)


def _load(
    dataset: Dataset, batch: list[Delivery], lake: Lake, findings: _Findings, others: list[Delivery]
) -> Manifest | None:
    """Write and commit one load; None when all its files have changed meanwhile, or another run was first."""
    entries: list[FileEntry] = []
    with lake.writer(dataset.name) as writer:
        for delivery in batch:
            try:
                entries.append(delivery.write(len(entries), writer, lake))
            except FileUnavailable as error:
                findings.left(delivery.file.path, error)
            except OtherTypes:
                others.append(delivery)
        if not entries:
            return None
        manifest = _published(dataset, entries, writer)
    reach("extract.before_manifest")
    is_committed = lake.commit(manifest)
    reach("extract.after_manifest")
    for entry in entries:
        findings.notes += [f"{entry.path}: {note}" for note in entry.notes]
    findings.unreadable += [(entry.path, entry.reason) for entry in entries if entry.status == "unreadable"]
    return manifest if is_committed else None


def _published(dataset: Dataset, entries: Sequence[FileEntry], writer: "LoadWriter") -> Manifest:
    load_id = load_id_of(dataset.name, (entry.identity for entry in entries))
    parts = writer.publish(load_id, f"{entries[0].order_at:%Y-%m-%d}")
    reach("extract.after_data")
    rows = sum(entry.rows for entry in entries)
    return Manifest(load_id=load_id, dataset=dataset.name, files=tuple(entries), parts=parts, rows=rows)
