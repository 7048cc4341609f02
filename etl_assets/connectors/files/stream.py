"""A landed file's bytes: decompressed where they are compressed, with an end, and the same that were hashed."""

import gzip
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import BinaryIO, Final, cast

from etl_assets.connectors.files.landing import LandedFile
from etl_assets.connectors.files.unreadable import Unreadable

MAX_BYTES: Final = 20 * 1024**3
MAX_RATIO: Final = 200
RATIO_FROM_BYTES: Final = 100 * 1024**2
_CHUNK: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"


class HashedFile:
    """A file's bytes as they are, with the hash of what was read.

    Args:
        landed: The file.
        file: The same, open.
    """

    def __init__(self, landed: LandedFile, file: BinaryIO) -> None:
        """Nothing is read yet."""
        self._landed = landed
        self._file = file
        self._hash = sha256()
        self.bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; all when the size is negative.

        Raises:
            FileUnavailable: When the system refuses.
        """
        with self._landed.access():
            data = self._file.read(size)
        self._hash.update(data)
        self.bytes += len(data)
        return data

    def hexdigest(self) -> str:
        """The hash of the whole file."""
        while self.read(_CHUNK):
            pass
        return self._hash.hexdigest()


class Decompressed:
    """The content of a gzip file, checked by its own CRC and length.

    Args:
        source: The compressed bytes.
    """

    def __init__(self, source: HashedFile) -> None:
        """Nothing is read yet."""
        self._source = source
        self._inner = gzip.GzipFile(fileobj=cast("BinaryIO", source), mode="rb")
        self._bytes = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; all when the size is negative.

        Raises:
            Unreadable: When the compression is damaged or hides more than the caps allow.
        """
        if size < 0:
            return b"".join(iter(lambda: self.read(_CHUNK), b""))
        try:
            data = self._inner.read(size)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            message = f"its compression is damaged: {error}"
            raise Unreadable(message) from error
        self._bytes += len(data)
        self._refuse_bomb()
        return data

    def _refuse_bomb(self) -> None:
        if self._bytes > MAX_BYTES:
            message = f"it unpacks to more than {MAX_BYTES:,} bytes"
            raise Unreadable(message)
        if self._bytes > RATIO_FROM_BYTES and self._bytes > MAX_RATIO * self._source.bytes:
            message = f"it unpacks to more than {MAX_RATIO} times its size"
            raise Unreadable(message)


@contextmanager
def opened(file: LandedFile, sha256_hex: str) -> Generator[HashedFile | Decompressed]:
    """A file's content, decompressed where it begins as gzip does.

    Raises:
        FileChanged: At the end, when the content was not the one with that hash.
        FileUnavailable: When the system refuses to read it.
    """
    with file.open() as raw:
        hashed = HashedFile(file, raw)
        with file.access():
            is_compressed = raw.read(len(_GZIP)) == _GZIP
            raw.seek(0)
        try:
            yield Decompressed(hashed) if is_compressed else hashed
        finally:
            file.refuse_change()
        if hashed.hexdigest() != sha256_hex:
            raise file.changed()
