"""A bucket where files arrive. An object is whole when it is there, and a new one under its key is another object."""

from collections.abc import Collection, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import file_digest, md5
from io import BufferedReader
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from etl_assets import aws
from etl_assets.bucket import PART_BYTES, Bucket, Found, ObjectGone
from etl_assets.connectors.files.landing import EPOCH, UNFINISHED, UNFIT, FileUnavailable, LandedFile, Refused
from etl_assets.connectors.files.landings import stray_file, stray_folder
from etl_assets.errors import SourceError
from etl_assets.uploads import Uploads

if TYPE_CHECKING:
    from etl_assets.cache import Cache

_ARCHIVED: Final = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_OF_THE_OBJECT: Final = frozenset({"AccessDenied", "403", "InvalidObjectState"})
_AT_ONCE: Final = 16
_FRESH_SECONDS: Final = 10.0
_MOST_REMEMBERED: Final = 200_000
_MTIME: Final = "mtime"
_HASH_DIGITS: Final = 15


@dataclass(frozen=True, kw_only=True)
class LandedObject(LandedFile):
    """An object as a list shows it, not yet read.

    Args:
        bucket: Where it is.
        found: What the list says.
    """

    bucket: Bucket
    found: Found

    @property
    def written_ns(self) -> int:
        """Long ago: it is whole."""
        return 0

    @property
    def touched_ns(self) -> int:
        """Long ago, as above."""
        return 0

    @property
    def modified_at(self) -> datetime:
        """When its file was last written, if it says so in ``x-amz-meta-mtime`` as rclone does; else when it came.

        Raises:
            FileUnavailable: When it has to be asked for and is not given, or the object is another one by now.
        """
        with self._reading():
            said = self.bucket.told_of(self.found).get(_MTIME, "")
        try:
            return EPOCH + timedelta(microseconds=int(Decimal(said) * 1_000_000))
        except (InvalidOperation, OverflowError, ValueError):
            return self.found.modified_at

    def open(self) -> BufferedReader:
        """A copy of it on this machine, open. Another process may drop the copy just then, so it is fetched once more.

        Raises:
            FileChanged: When it is another one by now.
            FileUnavailable: When it cannot be read.
        """
        with self.access(), self._reading():
            try:
                return self.bucket.fetch(self.found).open("rb")
            except FileNotFoundError:
                return self.bucket.fetch(self.found).open("rb")

    def refuse_unreadable(self) -> None:
        """That is known when it is read."""

    def refuse_change(self) -> None:
        """What was read is this object, whatever came after it."""

    def digest(self) -> str:
        """The SHA-256 of its bytes; a large one is not kept on this machine for that.

        Raises:
            FileUnavailable: When it cannot be read, or is another one by now.
        """
        with self._reading():
            return self.bucket.sha256_of(self.found)

    @contextmanager
    def _reading(self) -> Generator[None]:
        """A stretch in which the object may be another one by now, or not be given to us."""
        try:
            yield
        except ObjectGone as error:
            raise self.changed() from error
        except SourceError as error:
            if _is_of_the_object(error):
                message = f"it cannot be read: {error.message}"
                raise FileUnavailable(message, mend=error.mend) from error
            raise


class S3Landing:
    """What lies below a prefix.

    Args:
        url: ``s3://bucket/prefix``.
        cache: For what is read.
    """

    def __init__(self, url: str, cache: "Cache") -> None:
        """Nothing is asked yet."""
        self.uri = url
        self._bucket = Bucket(url, cache, raised=SourceError)
        self._room = cache.most_bytes // 2
        self._brought: dict[Path, int] = {}
        self._listed: dict[str, tuple[float, list[LandedFile | Refused]]] = {}

    def files(self, warehouse: str) -> Iterator[LandedFile | Refused]:
        """Everything below the warehouse's folder; what was listed seconds ago is not listed again."""
        at, known = self._listed.get(warehouse, (0.0, []))
        if known and monotonic() - at < _FRESH_SECONDS:
            yield from known
            return
        seen: list[LandedFile | Refused] = []
        for found in self._bucket.objects(f"{warehouse}/"):
            if one := self._landed(warehouse, found):
                if len(seen) < _MOST_REMEMBERED:
                    seen.append(one)
                yield one
        if len(seen) < _MOST_REMEMBERED:
            self._listed[warehouse] = (monotonic(), seen)

    def look(self, warehouse: str, paths: Collection[str]) -> Iterator[LandedFile | Refused]:
        """What lies under these paths: each is asked for by its key."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from filter(None, pool.map(lambda path: self._looked(warehouse, path), sorted(paths)))

    def bring(self, files: Iterable[LandedFile]) -> None:
        """Fetch small objects, many at a time, as far as there is room; what cannot be is told when it is read."""
        small: list[Found] = []
        for file in files:
            if isinstance(file, LandedObject) and file.size <= min(PART_BYTES, self._room):
                small.append(file.found)
                self._brought[file.location] = file.size
                self._room -= file.size
        for _ in self._bucket.fetch_all(small):
            pass

    def let_go(self, files: Iterable[LandedFile]) -> None:
        """Drop the copies."""
        for file in files:
            if isinstance(file, LandedObject):
                self._bucket.cache.drop(file.location)
                self._room += self._brought.pop(file.location, 0)

    def land(self, warehouse: str, path: str, file: Path) -> None:
        """Upload a file, unless the same one is there."""
        mtime = Decimal(file.stat().st_mtime_ns) / 1_000_000_000
        with file.open("rb") as opened:
            digest = file_digest(opened, "sha256").hexdigest()
        key = f"{warehouse}/{path}"
        if not self._has(key, digest):
            Uploads(self._bucket).upload(file, key, digest, {_MTIME: f"{mtime:.9f}"})
            self._listed.pop(warehouse, None)

    def strays(self, warehouses: Collection[str]) -> Iterator[str]:
        """What lies in no folder of these warehouses, with the reason in brackets."""
        folders, objects = self._bucket.folders()
        files = {one.key: stray_file(one.key) for one in objects if self._is_ours(one.key)}
        strangers = [name for name in folders if name not in warehouses and self._is_ours(name)]
        counts = {name: sum(1 for _ in self.files(name)) for name in strangers}
        said = files | {name: stray_folder(name, count) for name, count in counts.items() if count}
        yield from (said[name] for name in sorted(said))

    def told(self) -> str:
        """Which folders there are."""
        folders, _ = self._bucket.folders()
        return f"{self.uri} has {', '.join(folders)}" if folders else f"{self.uri} is empty: nothing has arrived"

    @staticmethod
    def _is_ours(path: str) -> bool:
        """Whether it is no mark of a folder, is not hidden, and is not still being written."""
        parts = path.split("/")
        return bool(parts[-1]) and not any(
            part.endswith(UNFINISHED) or (part.startswith(".") and part not in {".", ".."}) for part in parts
        )

    def _has(self, key: str, digest: str) -> bool:
        """Whether an object has these bytes. That it says so is not enough: anybody may have written it."""
        there = self._bucket.find(key)
        try:
            return there is not None and there.sha256 == digest == self._bucket.sha256_of(there)
        except ObjectGone:
            return False

    def _looked(self, warehouse: str, path: str) -> LandedFile | Refused | None:
        try:
            found = self._bucket.find(f"{warehouse}/{path}")
        except SourceError as error:
            if _is_of_the_object(error):
                return Refused(path, f"it cannot be read: {error.message}")
            raise
        return self._landed(warehouse, found) if found else None

    def _landed(self, warehouse: str, found: Found) -> LandedFile | Refused | None:
        path = found.key[len(warehouse) + 1 :]
        if not self._is_ours(path):
            return None
        if UNFIT.search(path):
            return Refused(ascii(path)[1:-1], "its name has characters that cannot be written down")
        if {"", ".", ".."} & {*path.split("/")}:
            return Refused(path, "its name is no path")
        if found.storage_class in _ARCHIVED and not found.is_restored:
            return Refused(path, f"it is archived ({found.storage_class}): it is read once it is restored")
        return LandedObject(
            path=path,
            location=self._bucket.copy_of(found),
            fingerprint=_fingerprint(found),
            bucket=self._bucket,
            found=found,
        )


def _is_of_the_object(error: SourceError) -> bool:
    """Whether it is this object that is not given to us; others may be."""
    code = aws.code_of(error.__cause__) if error.__cause__ else ""
    return code in _OF_THE_OBJECT or code.startswith("KMS.")


def _fingerprint(found: Found) -> tuple[int, int, int]:
    since = found.modified_at - EPOCH
    etag = int(md5(found.etag.encode(), usedforsecurity=False).hexdigest()[:_HASH_DIGITS], 16)
    return found.size, int(since.total_seconds()) * 1_000_000_000, etag
