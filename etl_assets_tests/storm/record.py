"""What a storm wrote: every commit, so that the state at any snapshot can be told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

Row = tuple[Any, ...]


class Version(NamedTuple):
    """A row as a commit left it.

    Args:
        operation: ``I``, ``U`` or ``D``; a delete has the row before it.
        row: The row, key first.
        moved: Whether ``last_updated`` moved with it.
    """

    operation: str
    row: Row
    moved: bool


class Written(NamedTuple):
    """One commit.

    Args:
        xid: The transaction's number, as ``pg_current_snapshot()`` has it.
        began_at: A time at which it had written already.
        committed_at: A time at which it was not committed yet.
        versions: What it left, in order.
    """

    xid: int
    began_at: datetime
    committed_at: datetime
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Record:
    """The commits of each writer, in its order. No two writers ever wrote the same row.

    Args:
        writers: They, by writer.
    """

    writers: tuple[tuple[Written, ...], ...]

    def commits(self, snapshot: str | None = None) -> Iterator[Written]:
        """The commits that a snapshot sees, all when none is given; those of one row in their order."""
        sees = _sight(snapshot)
        return (written for own in self.writers for written in own if sees(written.xid))

    def state(self, snapshot: str | None = None) -> dict[int, Row]:
        """The rows that were there, by key."""
        rows: dict[int, Row] = {}
        for written in self.commits(snapshot):
            for version in written.versions:
                if version.operation == "D":
                    del rows[version.row[0]]
                else:
                    rows[version.row[0]] = version.row
        return rows

    def straddling(self, moments: Iterable[datetime]) -> int:
        """How many commits were open at one of the moments: begun before it, committed after it."""
        ordered = sorted(moments)
        return sum(any(w.began_at < moment < w.committed_at for moment in ordered) for w in self.commits())


def _sight(snapshot: str | None) -> Callable[[int], bool]:
    """Whether a snapshot, as ``pg_current_snapshot()`` writes it, sees a transaction that was committed."""
    if snapshot is None:
        return lambda _: True
    _, end, running = snapshot.split(":")
    still = {int(number) for number in running.split(",") if number}
    return lambda xid: xid < int(end) and xid not in still
