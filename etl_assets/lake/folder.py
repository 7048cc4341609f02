"""A folder of this machine as the lake's storage. A name appears only when its bytes are on the disk."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final
from uuid import uuid4

from etl_assets.errors import LakeError
from etl_assets.lake.storage import checked_key

_UNFINISHED: Final = ".unfinished"
_STALE_SECONDS: Final = 24 * 60 * 60


@dataclass
class FolderOutput:
    """A temporary file of the folder."""

    root: Path
    path: Path
    file: BinaryIO

    def publish(self, key: str) -> None:
        """Bring the bytes to the disk, then rename the file to its key."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        target = _prepared(self.root, key)
        self.path.replace(target)
        _sync_folder(target.parent)


class FolderStorage:
    """Keys are paths below a folder, which is made when it is first written to."""

    def __init__(self, root: Path) -> None:
        """Nothing is touched yet."""
        self.root = root.absolute()
        self.uri = str(self.root)

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Store the bytes unless the key is taken: a hard link is made by one writer only."""
        with self.open_output() as output:
            output.file.write(data)
            output.file.flush()
            os.fsync(output.file.fileno())
            target = _prepared(self.root, key)
            try:
                target.hardlink_to(output.path)
            except FileExistsError:
                return False
            _sync_folder(target.parent)
        return True

    def put(self, key: str, data: bytes) -> None:
        """Store the bytes in the place of what may be there."""
        with self.open_output() as output:
            output.file.write(data)
            output.publish(key)

    @contextmanager
    def open_output(self) -> Iterator[FolderOutput]:
        """A temporary file below the folder; dropped at the end unless it was published."""
        folder = self.root / _UNFINISHED
        try:
            _make_folder(folder)
            path = folder / uuid4().hex
            file = path.open("xb")
        except OSError as error:
            message = f"The lake {self.root} cannot be written: {error.strerror}."
            raise LakeError(message, mend="Check ETL_LAKE_URL and the folder's permissions.") from error
        try:
            yield FolderOutput(self.root, path, file)
        finally:
            file.close()
            path.unlink(missing_ok=True)

    def read(self, key: str) -> bytes:
        """All bytes under a key."""
        with self.open_input(key) as file:
            return file.read()

    def open_input(self, key: str) -> BinaryIO:
        """The file of a key, open.

        Raises:
            LakeError: When there is none, or it cannot be read.
        """
        try:
            return self.local_path(key).open("rb")
        except OSError as error:
            message = f"{key} of the lake {self.root} cannot be read: {error.strerror}."
            raise LakeError(message, mend="Put it back from a copy of the lake.") from error

    def list(self, prefix: str) -> Iterator[str]:
        """The keys below a folder of keys, in order; hidden names are not keys."""
        folder = self.local_path(prefix)
        if not folder.is_dir():
            return
        for path in sorted(folder.rglob("*")):
            relative = path.relative_to(self.root)
            if path.is_file() and not any(part.startswith(".") for part in relative.parts):
                yield relative.as_posix()

    def size(self, key: str) -> int | None:
        """The file's size; None when there is none."""
        path = self.local_path(key)
        return path.stat().st_size if path.is_file() else None

    def local_path(self, key: str) -> Path:
        """The file of a key."""
        return self.root / checked_key(key)

    def sweep(self, *, older_than_seconds: float = _STALE_SECONDS) -> int:
        """Remove what killed writers left unfinished long ago; says how many files."""
        horizon = time.time() - older_than_seconds
        stale = [path for path in (self.root / _UNFINISHED).glob("*") if path.stat().st_mtime < horizon]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _prepared(root: Path, key: str) -> Path:
    target = root / checked_key(key)
    _make_folder(target.parent)
    return target


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir()
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
