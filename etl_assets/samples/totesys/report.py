"""What writing the sample answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True)
class Told:
    """How much was written.

    Args:
        days: Working days.
        commits: Their commits.
        changes: The rows that those inserted, updated or deleted.
    """

    days: int = 0
    commits: int = 0
    changes: int = 0

    def __add__(self, other: Self) -> Self:
        """Both together."""
        return type(self)(self.days + other.days, self.commits + other.commits, self.changes + other.changes)


@dataclass(frozen=True, kw_only=True)
class TotesysReport:
    """What the sample consists of.

    Args:
        database: Where it is, without secrets.
        history: The file of its history.
        days: The working days behind its first two years.
        rows: The rows of each table.
        written: What was not there before.
    """

    database: str
    history: Path
    days: int
    rows: Mapping[str, int]
    written: Told

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "database": self.database,
            "history": str(self.history),
            "days": self.days,
            "rows": dict(self.rows),
            "written": vars(self.written),
        }

    def said(self) -> str:
        """In one line."""
        size = f"{len(self.rows):,} tables with {sum(self.rows.values()):,} rows in {self.database}"
        new = f"{self.written.days:,} days with {self.written.changes:,} changes" if self.written.days else "nothing"
        return f"{size}, {new} of it new; all changes in {self.history}"
