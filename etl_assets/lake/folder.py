"""A folder of this machine as the lake's storage. A name appears only when its bytes are on the disk."""

import os
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from etl_assets.errors import LakeError
from etl_assets.lake.storage import checked_key

if TYPE_CHECKING:
    from io import BufferedReader

_UNFINISHED: Final = ".unfinished"
_STALE_SECONDS: Final = 24 * 60 * 60


class FolderStorage:
    """Keys are paths below a folder, which is made when it is first written to.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is touched yet."""
        self.root = root.absolute()
        self.uri = str(self.root)

    @property
    def aside(self) -> Path:
        """Where unfinished files are."""
        return self.root / _UNFINISHED

    def put_if_absent(self, key: str, data: bytes) -> bool:
        """Store the bytes unless the key is taken: a hard link is made by one writer only."""
        with self.open_output() as output, _writing(self.root):
            output.write(data)
            output.sync()
            target = _prepared(self.root, key)
            try:
                target.hardlink_to(output.path)
            except FileExistsError:
                return False
            _sync_folder(target.parent)
        return True

    @contextmanager
    def open_output(self) -> "Generator[FolderOutput]":
        """A temporary file below the folder; dropped at the end unless it was published."""
        with _writing(self.root):
            _make_folder(self.root / _UNFINISHED)
            output = FolderOutput(self.root, self.root / _UNFINISHED / uuid4().hex)
        try:
            yield output
        finally:
            output.close()

    def read(self, key: str) -> bytes:
        """All bytes under a key."""
        with self.open_input(key) as file:
            return file.read()

    def read_many(self, keys: Iterable[str]) -> Iterator[bytes]:
        """The same for many keys, in their order."""
        return (self.read(key) for key in keys)

    def open_input(self, key: str) -> "BufferedReader":
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
        try:
            yield from _keys(str(self.local_path(prefix)), prefix)
        except OSError as error:
            message = f"{prefix} of the lake {self.root} cannot be listed: {error.strerror}."
            raise LakeError(message, mend="Check ETL_LAKE_URL and the folder's permissions.") from error

    def size(self, key: str) -> int | None:
        """The file's size; None when there is none."""
        path = self.local_path(key)
        return path.stat().st_size if path.is_file() else None

    def local_path(self, key: str) -> Path:
        """The file of a key."""
        return self.root / checked_key(key)

    def forget(self, key: str) -> bool:
        """The bytes are here and nowhere else, so nothing is dropped."""
        del key
        return False

    def probe(self) -> str:
        """Make sure that the folder, or the one that it will be made in, can be written; says where it is.

        Raises:
            LakeError: When it cannot.
        """
        there = next(folder for folder in (self.root, *self.root.parents) if folder.exists())
        try:
            with TemporaryFile(dir=there):
                return self.uri
        except OSError as error:
            message = f"{self.root} cannot be written: {error.strerror}."
            raise LakeError(message, mend="Correct the setting or the folder's permissions.") from error

    def sweep(self, *, older_than_seconds: float = _STALE_SECONDS) -> int:
        """Remove what killed writers left unfinished long ago; says how many files."""
        horizon = time.time() - older_than_seconds
        stale = [path for path in (self.root / _UNFINISHED).glob("*") if _is_older(path, horizon)]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


class FolderOutput:
    """A temporary file of the folder, hashed while it is written.

    Args:
        root: The storage's folder.
        path: The temporary file.
    """

    def __init__(self, root: Path, path: Path) -> None:
        """Make the file."""
        self.path = path
        self.size = 0
        self.closed = False
        self._root = root
        self._hash = sha256()
        self._file = path.open("xb")

    @property
    def sha256(self) -> str:
        """The hash of the bytes so far."""
        return self._hash.hexdigest()

    def write(self, data: bytes, /) -> int:
        """Add bytes.

        Raises:
            LakeError: When they cannot be written, as on a full disk.
        """
        with _writing(self._root):
            written = self._file.write(data)
        self._hash.update(data)
        self.size += written
        return written

    def flush(self) -> None:
        """Nothing has to happen before publishing."""

    def sync(self) -> None:
        """Bring the bytes to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def publish(self, key: str) -> None:
        """Bring the bytes to the disk, then rename the file to its key."""
        with _writing(self._root):
            self.sync()
            target = _prepared(self._root, key)
            self.path.replace(target)
            _sync_folder(target.parent)

    def close(self) -> None:
        """Drop the file unless it was published."""
        with suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


def _keys(folder: str, prefix: str) -> Iterator[str]:
    """The keys in a folder, without asking for anything of a file: there may be a hundred thousand."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in found:
        if not entry.name.startswith("."):
            key = f"{prefix}/{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _keys(entry.path, key)
            elif entry.is_file():
                yield key


@contextmanager
def _writing(root: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        message = f"The lake {root} cannot be written: {error.strerror}."
        raise LakeError(message, mend="Check the disk's space, ETL_LAKE_URL and the folder's permissions.") from error


def _is_older(path: Path, horizon: float) -> bool:
    """Whether a file was last written before a time; not when its writer has finished it meanwhile."""
    try:
        return path.stat().st_mtime < horizon
    except FileNotFoundError:
        return False


def _prepared(root: Path, key: str) -> Path:
    target = root / checked_key(key)
    _make_folder(target.parent)
    return target


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one above."""
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
