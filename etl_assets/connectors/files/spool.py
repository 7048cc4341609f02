"""A file's content where it can be read in any order: in memory while it is small, else in a file of its own."""

from contextlib import contextmanager
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Generator

    from _typeshed import SupportsRead

HELD_BYTES: Final = 32 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


@contextmanager
def spooled(stream: "SupportsRead[bytes]") -> "Generator[pa.NativeFile]":
    """A stream's content, read to its end once."""
    pieces: list[bytes] = []
    size = 0
    while size <= HELD_BYTES and (piece := stream.read(_CHUNK)):
        pieces.append(piece)
        size += len(piece)
    if size <= HELD_BYTES:
        yield pa.BufferReader(b"".join(pieces))
        return
    with NamedTemporaryFile(prefix="etl-assets-") as file:
        file.writelines(pieces)
        pieces.clear()
        while piece := stream.read(_CHUNK):
            file.write(piece)
        file.flush()
        with pa.OSFile(file.name) as source:
            yield source
