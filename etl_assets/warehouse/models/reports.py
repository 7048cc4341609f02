"""What a build did."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """What a check found.

    Args:
        name: The check's name.
        blocking: Whether it keeps rows from being published.
        bad_rows: How many rows break it.
        sample: At most ten of them, by column name.
        query: The query that finds them, in the engine's dialect.
    """

    name: str
    blocking: bool
    bad_rows: int
    sample: tuple[dict[str, Any], ...]
    query: str

    @property
    def passed(self) -> bool:
        """Whether no row breaks it."""
        return self.bad_rows == 0


@dataclass(frozen=True, kw_only=True)
class BuildReport:
    """What a build did with one table.

    Args:
        model: Its key.
        rows: The rows that it has now; -1 for a view that was not counted.
        inserted: Rows that are new.
        updated: Rows that changed.
        deleted: Rows that are gone.
        repointed: Rows of facts that now point to another version, by fact.
        touched: Keys that were asked again; -1 for all.
        seconds: Inside the database.
        columns: The table's columns and types, in the engine's words.
        checks: What its checks found.
    """

    model: str
    rows: int
    inserted: int
    updated: int
    deleted: int
    repointed: dict[str, int]
    touched: int
    seconds: float
    columns: dict[str, str]
    checks: tuple[CheckResult, ...]

    @property
    def written(self) -> int:
        """Rows inserted, updated or deleted."""
        return self.inserted + self.updated + self.deleted
