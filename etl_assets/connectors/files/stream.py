"""A landed file's bytes: decompressed where they are compressed, with an end, and the same that were hashed."""

import gzip
import io
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from etl_assets.connectors.files.landing import LandedFile
from etl_assets.connectors.files.unreadable import Unreadable

if TYPE_CHECKING:
    from _typeshed import SupportsRead

MAX_BYTES: Final = 20 * 1024**3
MAX_RATIO: Final = 200
RATIO_FROM_BYTES: Final = 100 * 1024**2
_CHUNK: Final = 1024 * 1024
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZSTD_SKIPPABLE: Final = tuple(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))
"""How a frame of zstd begins, and one that holds no content, as some tools put before or behind others."""


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


class _Raw(io.RawIOBase):
    """A hashed file as pyarrow asks for one."""

    def __init__(self, source: HashedFile) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(size)


class Decompressed:
    """The content of a file of gzip members or zstd frames, checked by their own sums and lengths.

    Args:
        source: The compressed bytes.
        inner: The same, decompressed.
    """

    def __init__(self, source: HashedFile, inner: "SupportsRead[bytes]") -> None:
        """Nothing is read yet."""
        self._source = source
        self._inner = inner
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
        except (EOFError, OSError, zlib.error) as error:
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


def _content(source: HashedFile, beginning: bytes) -> HashedFile | Decompressed:
    """What a file that begins so holds."""
    if beginning.startswith(_GZIP):
        return Decompressed(source, gzip.GzipFile(fileobj=cast("BinaryIO", source), mode="rb"))
    if beginning.startswith((_ZSTD, *_ZSTD_SKIPPABLE)):
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        return Decompressed(source, pa.CompressedInputStream(pa.PythonFile(_Raw(source), mode="r"), "zstd"))
    return source


@contextmanager
def opened(file: LandedFile, sha256_hex: str) -> Generator[HashedFile | Decompressed]:
    """A file's content, decompressed where it begins as gzip or zstd does.

    Raises:
        FileChanged: At the end, when the content was not the one with that hash.
        FileUnavailable: When the system refuses to read it.
    """
    with file.open() as raw:
        hashed = HashedFile(file, raw)
        with file.access():
            beginning = raw.read(len(_ZSTD))
            raw.seek(0)
        try:
            yield _content(hashed, beginning)
        finally:
            file.refuse_change()
        if hashed.hexdigest() != sha256_hex:
            raise file.changed()
