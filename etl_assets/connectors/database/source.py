"""What an extract needs of a database: one snapshot, connections that see it, and a table's shape and rows there."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from etl_assets.connectors.database.digest import Digest, Ranges
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.lake.catalogue import Shape


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The source as its snapshot found it. Times are in UTC.

    Args:
        at: Its clock, read before the snapshot was taken.
        open_since: When the oldest transaction began that was open then and says so; None when there was none.
        hidden: Sessions that do not say since when they have a transaction open.
        oldest_open: Every transaction with a lower number had ended in the snapshot.
        next_number: The number that came next at a time between the clock and the snapshot; None where none is told.
        note: What is worth knowing, one sentence.
    """

    at: datetime
    open_since: datetime | None = None
    hidden: int = 0
    oldest_open: int = 0
    next_number: int | None = None
    note: str = ""


class Reader(Protocol):
    """A connection that sees the snapshot."""

    def shape(self, table: "SourceTable") -> "Shape":
        """A table's columns and key.

        Raises:
            SourceError: When there is no such table.
        """
        ...

    def highest(self, table: "SourceTable", until: datetime) -> datetime | None:
        """The last time in the cursor that is not behind another one; both as the cursor has them."""
        ...

    def rows(self, table: "SourceTable", shape: "Shape", since: datetime | None) -> "Iterator[pa.RecordBatch]":
        """The rows whose cursor shows a time or a later one, or all of them, as ``cells.lake_schema`` says."""
        ...

    def bounds(self, table: "SourceTable", digest: "Digest") -> tuple[int, int, int]:
        """How many rows a table has, and the first and the last place, both 0 when it has none."""
        ...

    def checksums(
        self, table: "SourceTable", digest: "Digest", bits: int, within: "Ranges | None" = None
    ) -> "Iterator[tuple[int, int, int]]":
        """Ranges with their number, their rows' count and the sum of their hashes; a range without rows is not told.

        Args:
            table: Which.
            digest: How its rows are placed and hashed.
            bits: How long the ranges are.
            within: Where they lie; everywhere when None.
        """
        ...

    def rows_of(
        self, table: "SourceTable", shape: "Shape", digest: "Digest", within: "Ranges"
    ) -> "Iterator[pa.RecordBatch]":
        """The rows whose places are in some ranges, as ``rows`` gives them."""
        ...


class Snapshot(Protocol):
    """One state of the source."""

    moment: Moment

    def reader(self) -> AbstractContextManager[Reader]:
        """A connection that sees it."""
        ...


class Source(Protocol):
    """A database.

    Args:
        readers: How many tables are read at once.
    """

    readers: int
    shown: str

    def refuse_missing(self) -> None:
        """See that there is something to connect to, without connecting.

        Raises:
            SourceMissing: When it is a file that is not there.
        """
        ...

    def remarks(self) -> tuple[str, ...]:
        """What its role cannot see, a sentence each.

        Raises:
            SourceError: When it cannot be reached.
        """
        ...

    def zones(self) -> tuple[str, ...]:
        """The zones by whose clocks its sessions write, as far as it says.

        Raises:
            SourceError: When it cannot be reached.
        """
        ...

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """One state of it, for as long as the context lasts.

        Raises:
            SourceError: When it cannot be reached.
        """
        ...
