"""What a load did."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """One delivered file: ``read = loaded + quarantined + duplicate``.

    Args:
        path: Below the landing folder.
        status: ``loaded``, or ``quarantined`` when its rows could not be told apart.
        reason: Why the whole file is in the quarantine, or why a snapshot ends no key.
        read: Records in it.
        loaded: Rows that became part of the table, or of a snapshot.
        quarantined: Rows that did not fit the declaration.
        duplicate: Rows that were known already.
    """

    path: str
    status: str
    reason: str
    read: int
    loaded: int
    quarantined: int
    duplicate: int


@dataclass(frozen=True, kw_only=True)
class LoadReport:
    """One transaction of a dataset's load; no file means that nothing was new.

    Args:
        dataset: The staging table's key.
        load_number: The dataset's own count of loads; 0 when nothing was new.
        files: What came of each file.
        rows: The rows that the staging table shows now; of changes and snapshots, the observations that are kept: a
            change once, and a key's snapshots once while they are alike.
        ended: How many keys each snapshot ended that ended any, by path.
        seconds: For all of it.
        columns: The staging table's columns and types, in the engine's words.
    """

    dataset: str
    load_number: int
    files: tuple[FileReport, ...]
    rows: int
    ended: Mapping[str, int]
    seconds: float
    columns: dict[str, str]

    def total(self, what: str) -> int:
        """The sum of ``read``, ``loaded``, ``quarantined`` or ``duplicate`` over the files."""
        return sum(getattr(file, what) for file in self.files)
