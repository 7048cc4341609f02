"""Copies of what never changes elsewhere, in a folder of this machine that any number of processes share.

A copy appears under its name only when it is whole. What was not asked for longest goes first when there is too much;
what was asked for within the last hour stays, since somebody may be about to read it.
"""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from etl_assets.errors import LakeError

_GB: Final = 1_000_000_000
_IN_USE_SECONDS: Final = 60 * 60
_STALE_SECONDS: Final = 24 * 60 * 60
_TOUCHED_AGAIN_SECONDS: Final = 60
_ROOM_EACH: Final = 20
"""Room is made after so many parts of the bound have come in."""
_KEPT: Final = 0.9


class Cache:
    """A folder of copies.

    Args:
        folder: Made when it is first written to.
        gigabytes: More than these are not kept, but for what is in use.
    """

    def __init__(self, folder: Path, *, gigabytes: float) -> None:
        """Nothing is touched yet."""
        self.folder = folder
        self.most_bytes = int(gigabytes * _GB)
        self._since_room = self.most_bytes

    @property
    def aside(self) -> Path:
        """Where files are that are no copies yet, or never."""
        return self.folder / "incoming"

    def place(self, *identity: str) -> Path:
        """Where the copy of something is, if there is one: its name holds all that tells it from others."""
        digest = sha256("\n".join(identity).encode()).hexdigest()
        return self.folder / digest[:2] / digest[2:]

    def has(self, place: Path, size: int | None = None) -> bool:
        """Whether there is a copy, of this size where one is given; it counts as asked for."""
        try:
            status = place.stat()
            if size is not None and status.st_size != size:
                return False
            if time.time() - status.st_mtime > _TOUCHED_AGAIN_SECONDS:
                os.utime(place)
        except OSError:
            return False
        return True

    @contextmanager
    def incoming(self) -> Generator[Path]:
        """The name of a new file to write; it is dropped at the end unless it was kept."""
        path = self.aside / uuid4().hex
        with self.writing():
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Generator[None]:
        """A stretch in which something is written into the folder.

        Raises:
            LakeError: When this machine does not take it, as on a full disk.
        """
        try:
            yield
        except OSError as error:
            message = f"{self.folder} cannot be written: {error.strerror}."
            raise LakeError(message, mend="Make room on the disk, or set ETL_HOME to another one.") from error

    def keep(self, path: Path, place: Path) -> Path:
        """Take an incoming file as the copy that is looked for in a place, once its bytes are on the disk."""
        with self.writing():
            _sync(path)
            size = path.stat().st_size
            place.parent.mkdir(parents=True, exist_ok=True)
            os.utime(path)
            path.replace(place)
        self._since_room += size
        if self._since_room * _ROOM_EACH > self.most_bytes:
            self._make_room()
            self._since_room = 0
        return place

    def drop(self, place: Path) -> None:
        """Forget a copy."""
        place.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what killed processes left half-written long ago; says how many files."""
        horizon, removed = time.time() - _STALE_SECONDS, 0
        for path in self.aside.glob("*"):
            with suppress(OSError):
                if path.stat().st_mtime < horizon:
                    path.unlink()
                    removed += 1
        return removed

    def _make_room(self) -> None:
        copies = sorted(self._copies())
        held, horizon = sum(size for _, size, _ in copies), time.time() - _IN_USE_SECONDS
        if held <= self.most_bytes:
            return
        for asked_at, size, path in copies:
            if asked_at > horizon or held <= self.most_bytes * _KEPT:
                return
            path.unlink(missing_ok=True)
            held -= size

    def _copies(self) -> Generator[tuple[float, int, Path]]:
        for path in self.folder.glob("??/*"):
            with suppress(OSError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path


def _sync(path: Path) -> None:
    """Bring a file's bytes to the disk; that its new name may be lost costs no more than a copy."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
