"""A file's content where it can be read in any order: in memory while it is small, else in a file of its own."""

from contextlib import ExitStack, contextmanager
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from etl_assets.errors import LakeError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from _typeshed import SupportsRead

HELD_BYTES: Final = 32 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


@contextmanager
def spooled(stream: "SupportsRead[bytes]", folder: "Path | None" = None) -> "Generator[pa.NativeFile]":
    """A stream's content, read to its end once.

    Args:
        stream: The content.
        folder: For a large one's file; made when it is needed. The system's for temporary files when None.

    Raises:
        LakeError: When the file cannot be written, as on a full disk.
    """
    pieces: list[bytes] = []
    size = 0
    while size <= HELD_BYTES and (piece := stream.read(_CHUNK)):
        pieces.append(piece)
        size += len(piece)
    if size <= HELD_BYTES:
        yield pa.BufferReader(b"".join(pieces))
        return
    with ExitStack() as stack:
        with _writing(folder), ExitStack() as filling:
            if folder:
                folder.mkdir(parents=True, exist_ok=True)
            file = filling.enter_context(NamedTemporaryFile(prefix="etl-assets-", dir=folder))
            file.writelines(pieces)
            pieces.clear()
            while piece := stream.read(_CHUNK):
                file.write(piece)
            file.flush()
            stack.enter_context(filling.pop_all())
        yield stack.enter_context(pa.OSFile(file.name))


@contextmanager
def _writing(folder: "Path | None") -> "Generator[None]":
    try:
        yield
    except OSError as error:
        message = f"{folder or 'The folder for temporary files'} cannot be written: {error.strerror}."
        raise LakeError(message, mend="Make room on the disk; what was done so far stands, so run it again.") from error
