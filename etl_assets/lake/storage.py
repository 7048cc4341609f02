"""What the lake needs of a place that keeps bytes under keys. A folder is one, a bucket another.

A key is a relative path with slashes. What was put under a key is never changed by the lake.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from etl_assets.errors import LakeError

if TYPE_CHECKING:
    from io import BufferedReader

_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\\]|[\ud800-\udfff]")


class Output(Protocol):
    """Bytes on their way. They appear under a key, whole, once they are published; else never.

    Enough of a file for Arrow to write to.
    """

    closed: bool

    @property
    def size(self) -> int:
        """The bytes so far."""
        ...

    @property
    def sha256(self) -> str:
        """The hash of the bytes so far."""
        ...

    def write(self, data: bytes, /) -> int:
        """Add bytes."""
        ...

    def flush(self) -> None:
        """Nothing has to happen before publishing."""
        ...

    def publish(self, key: str) -> None:
        """Make what was written durable and visible under the key, in the place of what may be there."""
        ...


class Storage(Protocol):
    """A place that keeps bytes under keys."""

    uri: str

    @property
    def aside(self) -> Path:
        """A folder of this machine for files that nobody keeps; what killed processes leave there is swept."""
        ...

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Store the bytes, durably, unless the key is taken; says whether they were stored."""
        ...

    def open_output(self) -> AbstractContextManager[Output]:
        """A new output; what is not published when the context ends is dropped."""
        ...

    def read(self, key: str) -> bytes:
        """All bytes under a key."""
        ...

    def read_many(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The same for many keys, in their order."""
        ...

    def open_input(self, key: str) -> "BufferedReader":
        """The bytes under a key, to read from."""
        ...

    def list(self, prefix: str) -> Iterator[str]:
        """The keys below a folder of keys, in order."""
        ...

    def size(self, key: str) -> int | None:
        """The number of bytes under a key; None when there is nothing."""
        ...

    def local_path(self, key: str) -> Path:
        """A file of this machine that holds the bytes."""
        ...

    def forget(self, key: str) -> bool:
        """Drop this machine's copy of the bytes, which may be damaged; says whether there can be another."""
        ...

    def probe(self) -> str:
        """Make sure that this place can be written and read; says where it is."""
        ...

    def sweep(self) -> int:
        """Remove what killed writers left unfinished long ago; says how many files."""
        ...


def checked_key(key: str) -> str:
    """The key itself, when it is one.

    Raises:
        LakeError: When it could lead out of the lake or cannot be a file's name everywhere.
    """
    parts = key.split("/")
    if _UNFIT.search(key) or any(part in {"", ".", ".."} or part.startswith(".") for part in parts):
        message = f"{key!r} cannot be a key of the lake."
        raise LakeError(message, mend="A key is a relative path without '..', hidden names and control characters.")
    return key
