"""Where files arrive: a folder of this machine, or a bucket. Below it one folder a warehouse."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from shutil import copy2
from typing import TYPE_CHECKING, Protocol

from etl_assets.connectors.files.landing import LandedFile, Refused, landed
from etl_assets.errors import SettingsError
from etl_assets.urls import is_bucket

if TYPE_CHECKING:
    from etl_assets.cache import Cache


class Landing(Protocol):
    """A place where files arrive. What is said of a path is said of it below the warehouse's folder."""

    uri: str

    def files(self, warehouse: str) -> Iterator[LandedFile | Refused]:
        """Everything that has arrived for a warehouse."""
        ...

    def look(self, warehouse: str, paths: Collection[str]) -> Iterator[LandedFile | Refused]:
        """What lies under these paths, as far as something of ours does."""
        ...

    def bring(self, files: Iterable[LandedFile]) -> None:
        """Make ready what is about to be read."""
        ...

    def let_go(self, files: Iterable[LandedFile]) -> None:
        """Forget what was made ready: it has been read."""
        ...

    def land(self, warehouse: str, path: str, file: Path) -> None:
        """Let a file arrive, whole, with the time at which it was last written."""
        ...

    def strays(self, warehouses: Collection[str]) -> Iterator[str]:
        """What lies in no folder of these warehouses, with the reason in brackets."""
        ...

    def told(self) -> str:
        """What is there, in one line.

        Raises:
            SettingsError: When it cannot be read.
        """
        ...


class FolderLanding:
    """A folder of this machine.

    Args:
        root: The folder.
    """

    def __init__(self, root: Path) -> None:
        """Nothing is touched yet."""
        self.root = root
        self.uri = str(root)

    def files(self, warehouse: str) -> Iterator[LandedFile | Refused]:
        """Everything below the warehouse's folder, in the order of the paths; nothing when there is none."""
        return landed(self.root / warehouse)

    def look(self, warehouse: str, paths: Collection[str]) -> Iterator[LandedFile | Refused]:
        """What lies under these paths, found as all that lies there is."""
        return (one for one in self.files(warehouse) if one.path in paths)

    def bring(self, files: Iterable[LandedFile]) -> None:
        """They are here."""

    def let_go(self, files: Iterable[LandedFile]) -> None:
        """They stay here."""

    def land(self, warehouse: str, path: str, file: Path) -> None:
        """Copy a file into its place, where it appears whole."""
        place = self.root / warehouse / path
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f"{place.name}.tmp")
        copy2(file, unfinished)
        unfinished.replace(place)

    def strays(self, warehouses: Collection[str]) -> Iterator[str]:
        """What lies in no folder of these warehouses, with the reason in brackets."""
        for entry in sorted(self.root.glob("[!.]*")):
            if not entry.is_dir():
                yield stray_file(entry.name)
            elif entry.name not in warehouses and (files := sum(1 for _ in landed(entry))):
                yield stray_folder(entry.name, files)

    def told(self) -> str:
        """Which folders there are.

        Raises:
            SettingsError: When it cannot be read.
        """
        if not self.root.exists():
            return f"{self.root} is not there yet: nothing has arrived"
        try:
            folders = sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())
        except OSError as error:
            message = f"{self.root} cannot be read: {error.strerror}."
            raise SettingsError(message, mend="Correct ETL_LANDING_URL or the folder's permissions.") from error
        return f"{self.root} has {', '.join(folders) or 'no warehouse'}"


def open_landing(url: str, cache: "Cache") -> Landing:
    """The landing folder of a setting.

    Args:
        url: The path of a folder, or ``s3://bucket/prefix``.
        cache: For what is read from a bucket.
    """
    if is_bucket(url):
        from etl_assets.connectors.files.landing_s3 import S3Landing  # noqa: PLC0415 - only what is used is imported

        return S3Landing(url, cache)
    return FolderLanding(Path(url))


def as_landing(landing: Landing | Path) -> Landing:
    """A folder's path is a landing folder too."""
    return FolderLanding(landing) if isinstance(landing, Path) else landing


def stray_file(name: str) -> str:
    """What is said of a file that lies in no folder."""
    return f"{name} (it lies in no warehouse's folder)"


def stray_folder(name: str, files: int) -> str:
    """What is said of a folder that is no warehouse's."""
    return f"{name}/ ({files} files; there is no warehouse {name})"
