"""Files that arrive: what lies in a folder, safely walked, each file with its identity.

Never followed or opened: symbolic links, FIFOs, devices, sockets. Never looked at, as they are still being written:
hidden names and ``*.tmp`` and ``*.part``.
"""

import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import file_digest
from io import BufferedReader
from pathlib import Path
from time import sleep, time_ns
from typing import Final

from etl_assets.errors import SourceError

UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
UNFINISHED: Final = (".tmp", ".part")
_CLOCK_TICK_NS: Final = 20_000_000
EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - times are UTC and carry no zone

Fingerprint = tuple[int, int, int]
"""Size, mtime and ctime in nanoseconds: while they stay, so does the content."""


class FileUnavailable(SourceError):
    """A file cannot be read now; it is tried again in the next run."""


class FileChanged(FileUnavailable):
    """A file changed, or went away, while it was read."""


@dataclass(frozen=True, kw_only=True)
class LandedFile:
    """A file as the folder shows it, not yet read.

    Args:
        path: Below the warehouse's landing folder, with slashes.
        location: Where it is.
        fingerprint: Size, mtime and ctime in nanoseconds.
    """

    path: str
    location: Path
    fingerprint: Fingerprint

    @property
    def size(self) -> int:
        """In bytes."""
        return self.fingerprint[0]

    @property
    def written_ns(self) -> int:
        """When it was last written to, in nanoseconds since 1970."""
        return self.fingerprint[1]

    @property
    def touched_ns(self) -> int:
        """When anything last happened to it, as above."""
        return self.fingerprint[2]

    @property
    def modified_at(self) -> datetime:
        """When it was last written, UTC."""
        return EPOCH + timedelta(microseconds=self.fingerprint[1] // 1000)

    def open(self) -> BufferedReader:
        """Open it, if it still is what the folder showed.

        Raises:
            FileChanged: When it is not.
            FileUnavailable: When it cannot be opened.
        """
        with self.access():
            file = os.fdopen(os.open(self.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
        if fingerprint_of(os.fstat(file.fileno())) != self.fingerprint:
            file.close()
            raise self.changed()
        return file

    def refuse_unreadable(self) -> None:
        """Make sure that it can be read, as far as that is known without reading it.

        Raises:
            FileUnavailable: When it cannot.
        """
        self.open().close()

    def digest(self) -> str:
        """The SHA-256 of its bytes, all of them read.

        Raises:
            FileUnavailable: When it cannot be read, or changed meanwhile.
        """
        with self.open() as opened, self.access():
            found = file_digest(opened, "sha256").hexdigest()
        self.refuse_change()
        return found

    @contextmanager
    def access(self) -> Generator[None]:
        """A stretch in which the system may refuse to read it.

        Raises:
            FileChanged: When it is gone.
            FileUnavailable: When it cannot be read.
        """
        try:
            yield
        except FileNotFoundError as error:
            raise self.changed() from error
        except OSError as error:
            message = f"it cannot be read: {error.strerror}"
            raise FileUnavailable(message) from error

    def refuse_change(self) -> None:
        """Make sure that it is still what the folder showed.

        A file's times move in ticks of the system's clock, so a file written just now is looked at once more after one.

        Raises:
            FileChanged: When it is not.
        """
        if abs(time_ns() - self.fingerprint[2]) < _CLOCK_TICK_NS:
            sleep(_CLOCK_TICK_NS / 1e9)
        with self.access():
            status = self.location.lstat()
        if fingerprint_of(status) != self.fingerprint:
            raise self.changed()

    def changed(self) -> FileChanged:
        """What to raise when it changed."""
        return FileChanged(f"{self.path} changed while it was read; it is left for the next run")


class KeptFile(LandedFile):
    """A delivery whose bytes are kept where nothing changes them."""

    def open(self) -> BufferedReader:
        """Open it."""
        with self.access():
            return self.location.open("rb")

    def refuse_change(self) -> None:
        """It never changes."""


@dataclass(frozen=True)
class Refused:
    """Something that arrived and cannot be a file of ours, or cannot be read for now, and why."""

    path: str
    reason: str


def landed(folder: Path) -> Iterator[LandedFile | Refused]:
    """Everything below a folder, in the order of the paths; nothing when there is no folder."""
    yield from _below(folder, "")


def let_rest(files: Iterable[LandedFile], seconds: float) -> None:
    """Wait until each of these files was left alone for so long; one that is written to meanwhile shows as changed.

    A time that lies in the future says nothing, so such a file is watched for all of the seconds.
    """
    now = time_ns()
    ages = (max(0, now - file.written_ns) / 1e9 for file in files)
    if (wait := max((seconds - age for age in ages), default=0)) > 0:
        sleep(wait)


def sha256_of(file: LandedFile, known: Mapping[tuple[int, ...], str]) -> str:
    """The hash of a file's bytes.

    Args:
        file: The file.
        known: Hashes of earlier deliveries of the same path by fingerprint; such a file is not read again.

    Raises:
        FileUnavailable: When it cannot be read, or changed meanwhile.
    """
    return known.get(file.fingerprint) or file.digest()


def fingerprint_of(status: os.stat_result) -> Fingerprint:
    """What tells one state of a file from another without reading it."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _below(folder: Path, prefix: str) -> Iterator[LandedFile | Refused]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except OSError as error:
        yield Refused(prefix or ".", f"the folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        if not entry.name.startswith(".") and not entry.name.endswith(UNFINISHED):
            yield from _entry(entry, f"{prefix}{entry.name}")


def _entry(entry: "os.DirEntry[str]", path: str) -> Iterator[LandedFile | Refused]:
    if UNFIT.search(path):
        yield Refused(ascii(path)[1:-1], "its name has characters that cannot be written down")
    elif entry.is_dir(follow_symlinks=False):
        yield from _below(Path(entry.path), f"{path}/")
    elif not entry.is_file(follow_symlinks=False):
        yield Refused(path, "it is no regular file")
    else:
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        yield LandedFile(path=path, location=Path(entry.path), fingerprint=fingerprint_of(status))
