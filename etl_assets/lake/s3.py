"""A bucket of S3 as the lake's storage. A key appears only whole, and is written once where that matters."""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from etl_assets.bucket import Bucket, Found, ObjectGone
from etl_assets.errors import EtlError, LakeError
from etl_assets.lake.storage import checked_key
from etl_assets.uploads import Uploads

if TYPE_CHECKING:
    from io import BufferedReader

    from etl_assets.cache import Cache

_STALE: Final = timedelta(days=1)
_LARGE: Final = re.compile(r"[^/]+/[^/]+/(data/\d+-\d\d-\d\d/[^/]+\.parquet|(unreadable|documents)/[0-9a-f]{64})")
"""What of a lake may go up in parts. Where its prefix is the whole bucket, others' objects lie beside it."""
_PROBE: Final = ".etl-assets"
_PROBED: Final = b"Written by etl-assets to see that this place takes objects, and refuses a second writer of one.\n"


class S3Storage:
    """Keys are those of objects below a prefix. What was read once is kept in a cache of this machine.

    Args:
        url: ``s3://bucket/prefix``.
        cache: For what is read.
    """

    def __init__(self, url: str, cache: "Cache") -> None:
        """Nothing is asked yet."""
        self.bucket = Bucket(url, cache, raised=LakeError, is_ours=True)
        self.uploads = Uploads(self.bucket)
        self.uri = url
        self._cache = cache
        self._seen: dict[str, Found] = {}

    @property
    def aside(self) -> Path:
        """Where the cache's unfinished files are."""
        return self._cache.aside

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Store the bytes unless the key is taken: the server lets one writer win."""
        return self.uploads.put_if_absent(checked_key(key), data)

    @contextmanager
    def open_output(self) -> "Generator[S3Output]":
        """A temporary file of this machine, uploaded when it is published; dropped at the end in any case."""
        with self._cache.incoming() as path:
            output = S3Output(self.bucket, path)
            try:
                yield output
            finally:
                output.close()

    def read(self, key: str) -> bytes:
        """All bytes under a key."""
        return self.local_path(key).read_bytes()

    def read_many(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The same for many keys, in their order, several at a time."""
        wanted = [*keys]
        for key, path in zip(wanted, self.bucket.fetch_all(map(self._found, wanted)), strict=True):
            if isinstance(path, ObjectGone):
                raise self._missing(key) from path
            if isinstance(path, Exception):
                raise path
            yield path.read_bytes()

    def open_input(self, key: str) -> "BufferedReader":
        """The bytes under a key, to read from.

        Raises:
            LakeError: When there are none, or they cannot be read.
        """
        return self.local_path(key).open("rb")

    def list(self, prefix: str) -> Iterator[str]:
        """The keys below a folder of keys, in order; hidden names are not keys."""
        for found in self.bucket.objects(f"{checked_key(prefix)}/"):
            if not any(part.startswith(".") or not part for part in found.key.split("/")):
                self._seen[found.key] = found
                yield found.key

    def size(self, key: str) -> int | None:
        """The object's size; None when there is none."""
        found = self.bucket.find(checked_key(key))
        if found is None:
            self._seen.pop(key, None)
            return None
        self._seen[key] = found
        return found.size

    def local_path(self, key: str) -> Path:
        """A copy of the bytes on this machine: fetched when it is not there, and compared with their hash then.

        The same bytes may have been put again since the key was listed, and under KMS they are another object then.

        Raises:
            LakeError: When there is no such key.
        """
        with suppress(ObjectGone):
            return self.bucket.fetch(self._found(key))
        self._seen.pop(key, None)
        try:
            return self.bucket.fetch(self._found(key))
        except ObjectGone as error:
            raise self._missing(key) from error

    def forget(self, key: str) -> bool:
        """Drop this machine's copy, which may be damaged; the bytes are fetched anew when they are asked for."""
        if found := self._seen.get(key):
            self._cache.drop(self.bucket.copy_of(found))
        return found is not None

    def sweep(self) -> int:
        """Take back what killed writers left unfinished a day ago, where that is allowed; says how many files."""
        swept = self._cache.sweep()
        with suppress(EtlError):
            swept += self.uploads.abort(older_than=_STALE, is_ours=lambda key: bool(_LARGE.fullmatch(key)))
        return swept

    def probe(self) -> str:
        """Make sure that objects can be written, read and listed here, and that a second writer of one is refused.

        Raises:
            LakeError: When that is not so.
        """
        self.uploads.put_if_absent(_PROBE, _PROBED)
        if self.uploads.put_if_absent(_PROBE, _PROBED):
            message = f"{self.uri} lets a second writer overwrite the first: it does not know If-None-Match."
            raise LakeError(message, mend="Use S3 itself, or a server that knows conditional writes.")
        found = next((one for one in self.bucket.objects(_PROBE) if one.key == _PROBE), None)
        if found is None or self.bucket.fetch(found).read_bytes() != _PROBED:
            message = f"{self.uri} does not give what was put there."
            raise LakeError(message, mend="Use S3 itself, or a server that keeps what it is given.")
        return self.uri

    def _found(self, key: str) -> Found:
        found = self._seen.get(key) or self.bucket.find(checked_key(key))
        if found is None:
            raise self._missing(key)
        self._seen[key] = found
        return found

    def _missing(self, key: str) -> LakeError:
        return LakeError(f"{key} of the lake {self.uri} is missing.", mend="Put it back from a copy of the lake.")


class S3Output:
    """A temporary file, hashed while it is written; once it is published it is the cache's copy.

    Args:
        bucket: Where it goes.
        path: The temporary file.
    """

    def __init__(self, bucket: Bucket, path: Path) -> None:
        """Make the file."""
        self.size = 0
        self.closed = False
        self._bucket = bucket
        self._path = path
        self._hash = sha256()
        with bucket.cache.writing():
            self._file = path.open("xb")

    @property
    def sha256(self) -> str:
        """The hash of the bytes so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        with self._bucket.cache.writing():
            written = self._file.write(data)
        self._hash.update(data)
        self.size += written
        return written

    def flush(self) -> None:
        """Nothing has to happen before publishing."""

    def publish(self, key: str) -> None:
        """Upload what was written; it is visible under its key when all of it is there."""
        with self._bucket.cache.writing():
            self._file.flush()
        found = Uploads(self._bucket).upload(self._path, checked_key(key), self.sha256)
        self._bucket.cache.keep(self._path, self._bucket.copy_of(found))

    def close(self) -> None:
        """Let go of the file."""
        with suppress(OSError):
            self._file.close()
