"""A manifest says which files came in one load and which Parquet holds their rows. Written once, it is the commit.

The form is strict both ways: a field too many, too few or of another type is refused, and so is another format.
Times are UTC with microseconds and carry no zone.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import md5
from typing import Final, Literal, Self

from etl_assets.datasets import Meaning
from etl_assets.errors import LakeError
from etl_assets.lake import decode
from etl_assets.lake.extracted import Extracted, extracted
from etl_assets.lake.processed import Processed, processed

FORMAT: Final = 1
Status = Literal["read", "unreadable"]
_HASH_DIGITS: Final = 15


def load_id_of(dataset: str, files: Iterable[tuple[str, str]], *, attempt: int = 0) -> str:
    """The identity of a load: 60 bits of the md5 of its dataset and its files' identities, as hex digits."""
    return _digest(json.dumps([dataset, sorted(files), *([attempt] if attempt else [])], ensure_ascii=False))


def _digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()[:_HASH_DIGITS]


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file as it was delivered.

    Args:
        dataset: The staging table's key.
        path: Below the warehouse's landing folder, with slashes.
        sha256: Of its bytes as they came, compressed or not.
        size: In bytes, as it came.
        modified_at: When it was last written.
        order_at: Its place in the order: the time in its name, else ``modified_at``.
        meaning: What its rows say.
        rows: Its records, the malformed ones among them.
        problem_rows: The malformed ones.
        status: Whether it could be read.
        reason: Why not; empty when it could.
        notes: What is worth knowing about it, one sentence each.
        fingerprint: Size, mtime and ctime in nanoseconds; while they stay, the file is not hashed again.
        original: The lake's key of its bytes, kept when it could not be read.
        is_return: Whether the path had this content before, and another since.
    """

    dataset: str
    path: str
    sha256: str
    size: int
    modified_at: datetime
    order_at: datetime
    meaning: Meaning
    rows: int
    problem_rows: int = 0
    status: Status = "read"
    reason: str = ""
    notes: tuple[str, ...] = ()
    fingerprint: tuple[int, ...] = ()
    original: str | None = None
    is_return: bool = False

    @property
    def identity(self) -> tuple[str, str]:
        """What tells the delivery from others of its dataset: path, content, and the time if the content came back."""
        content = f"{self.sha256}|{_moment_text(self.modified_at)}" if self.is_return else self.sha256
        return self.path, content

    @property
    def file_id(self) -> int:
        """The delivery's identity (docs/history.md) as a number that is never negative."""
        path, content = self.identity
        return int(_digest(f"{self.dataset}|{path}|{content}"), 16)


@dataclass(frozen=True, kw_only=True)
class PartEntry:
    """A Parquet file with rows of one or more files.

    Args:
        path: The lake's key.
        rows: Its rows.
        bytes: Its size.
        sha256: Of its bytes.
    """

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """One load.

    Args:
        load_id: 15 hex digits that depend on the dataset and its files only.
        dataset: The staging table's key.
        files: What was delivered; ``_file`` in the parts counts from 0 in this order.
        parts: Where the rows are.
        rows: In all parts.
        format: Of the manifest itself.
        attempt: How often its files had been read before; of a file that several loads have, the last attempt counts.
        extract: Where an extract from a database stood; None for all else.
        processed: What a batch of the processed zone holds; None for all else.
    """

    load_id: str
    dataset: str
    files: tuple[FileEntry, ...]
    parts: tuple[PartEntry, ...]
    rows: int
    format: int = FORMAT
    attempt: int = 0
    extract: Extracted | None = None
    processed: Processed | None = None

    def to_json(self) -> bytes:
        """The manifest as it is stored."""
        found = asdict(self)
        for name in _RARE:
            if not found[name]:
                del found[name]
        for file in found["files"]:
            del file["dataset"]
            if not file["is_return"]:
                del file["is_return"]
        return json.dumps(found, default=_moment_text, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Self:
        """Read a stored manifest.

        Raises:
            LakeError: When it is not exactly what this version writes.
        """
        with decode.reading("A manifest"):
            found = json.loads(data)
            _refuse_other_format(found)
            readers = {**_MANIFEST, "files": _files_of(found.get("dataset"))}
            return cls(**decode.decoded(readers, {**_RARE, **found}))


def last_attempts(manifests: Iterable[Manifest]) -> dict[int, tuple[Manifest, FileEntry]]:
    """Each file with the load that read it last, by file id."""
    ordered = sorted(manifests, key=lambda manifest: manifest.attempt)
    return {entry.file_id: (manifest, entry) for manifest in ordered for entry in manifest.files}


def _refuse_other_format(found: object) -> None:
    form = found.get("format") if isinstance(found, dict) else None
    if form != FORMAT:
        message = f"A manifest has the format {form!r}, and this version reads {FORMAT}."
        raise LakeError(message, mend="Use the version of the program that wrote it, or a later one.")


def _files_of(dataset: object) -> decode.Reader:
    return lambda found: tuple(
        FileEntry(dataset=decode.text(dataset), **decode.decoded(_FILE, _complete(entry)))
        for entry in decode.items(found)
    )


def _complete(entry: object) -> object:
    """A file's entry with what is written only where it is true."""
    return {"is_return": False, **entry} if isinstance(entry, dict) else entry


def _parts(found: object) -> tuple[PartEntry, ...]:
    return tuple(PartEntry(**decode.decoded(_PART, entry)) for entry in decode.items(found))


def _moment_text(value: datetime) -> str:
    return value.isoformat(timespec="microseconds")


_PART: Final[Mapping[str, decode.Reader]] = {
    "path": decode.text,
    "rows": decode.count,
    "bytes": decode.count,
    "sha256": decode.text,
}
_MANIFEST: Final[Mapping[str, decode.Reader]] = {
    "load_id": decode.text,
    "dataset": decode.text,
    "files": decode.items,
    "parts": _parts,
    "rows": decode.count,
    "format": decode.count,
    "attempt": decode.count,
    "extract": extracted,
    "processed": processed,
}
_RARE: Final[Mapping[str, object]] = {"attempt": 0, "extract": None, "processed": None}
"""What is written only where it is something."""
_FILE: Final[Mapping[str, decode.Reader]] = {
    "path": decode.text,
    "sha256": decode.text,
    "size": decode.count,
    "modified_at": decode.moment,
    "order_at": decode.moment,
    "meaning": decode.one_of("rows", "changes", "snapshot"),
    "rows": decode.count,
    "problem_rows": decode.count,
    "status": decode.one_of("read", "unreadable"),
    "reason": decode.text,
    "notes": decode.texts,
    "fingerprint": decode.numbers,
    "original": decode.optional_text,
    "is_return": decode.flag,
}
