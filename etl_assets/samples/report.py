"""What writing a sample answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {"folder": str(self.folder), "rows": dict(self.rows), "written": list(self.written)}

    def said(self) -> str:
        """In one line."""
        size = f"{len(self.files):,} files with {sum(self.rows.values()):,} rows in {self.folder}"
        return f"{size}, {len(self.written):,} of them new"
