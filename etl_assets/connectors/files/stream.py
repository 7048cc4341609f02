"""A landed file's bytes: decompressed where they are compressed, with an end, and the same that were hashed."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import BinaryIO, Final

from etl_assets.connectors.files.landing import FileChanged, LandedFile
from etl_assets.connectors.files.unreadable import Unreadable

MAX_BYTES: Final = 20 * 1024**3
MAX_RATIO: Final = 200
RATIO_FROM_BYTES: Final = 100 * 1024**2
_CHUNK: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"


class HashedFile:
    """A file that keeps the hash of what was read from it."""

    def __init__(self, file: BinaryIO) -> None:
        """Read from an open file."""
        self._file = file
        self._hash = sha256()
        self.bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; all when the size is negative."""
        data = self._file.read(size)
        self._hash.update(data)
        self.bytes += len(data)
        return data

    def read_all(self) -> bytes:
        """What is left."""
        return self.read()

    def hexdigest(self) -> str:
        """The hash of the whole file."""
        while self.read(_CHUNK):
            pass
        return self._hash.hexdigest()


class Decompressed:
    """The content of a gzip file, checked by its own CRC and length."""

    def __init__(self, source: HashedFile, *, max_bytes: int = MAX_BYTES, max_ratio: int = MAX_RATIO) -> None:
        """Read from a compressed file."""
        self._source = source
        self._inner = gzip.GzipFile(fileobj=source, mode="rb")
        self._bytes = 0
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio

    def read(self, size: int, /) -> bytes:
        """At most so many bytes.

        Raises:
            Unreadable: When the compression is damaged or hides more than the caps allow.
        """
        try:
            data = self._inner.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            message = f"its compression is damaged: {error}"
            raise Unreadable(message) from error
        self._bytes += len(data)
        self._refuse_bomb()
        return data

    def read_all(self) -> bytes:
        """What is left.

        Raises:
            Unreadable: As ``read``.
        """
        return b"".join(iter(lambda: self.read(_CHUNK), b""))

    def _refuse_bomb(self) -> None:
        if self._bytes > self._max_bytes:
            message = f"it unpacks to more than {self._max_bytes:,} bytes"
            raise Unreadable(message)
        if self._bytes > RATIO_FROM_BYTES and self._bytes > self._max_ratio * self._source.bytes:
            message = f"it unpacks to more than {self._max_ratio} times its size"
            raise Unreadable(message)


@contextmanager
def opened(file: LandedFile, sha256_hex: str) -> Iterator[HashedFile | Decompressed]:
    """A file's content.

    Raises:
        FileChanged: At the end, when the content was not the one with that hash.
        Unreadable: While reading, see ``Decompressed``.
    """
    with file.open() as raw:
        is_compressed = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        hashed = HashedFile(raw)
        try:
            yield Decompressed(hashed) if is_compressed else hashed
        finally:
            file.refuse_change()
        if hashed.hexdigest() != sha256_hex:
            message = f"The file {file.path} changed while it was read."
            raise FileChanged(message, mend="It is left for the next run.")
