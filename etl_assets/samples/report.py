"""What writing a sample answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class SampleReport:
    """What a sample consists of.

    Args:
        folder: Where it is.
        rows: The rows of each file, by its path below the folder.
        written: The files that were not there before.
    """

    folder: Path
    rows: Mapping[str, int]
    written: tuple[str, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all its files."""
        return tuple(self.rows)
