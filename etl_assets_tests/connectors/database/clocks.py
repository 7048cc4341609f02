"""A SQLite source whose clock a test sets."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from etl_assets.connectors.database.sqlite import SqliteSnapshot, SqliteSource


class Clocked(SqliteSource):
    """A file, read at a time that is said."""

    def __init__(self, file: Path, at: datetime) -> None:
        super().__init__(file)
        self.at = at

    @contextmanager
    def snapshot(self) -> Generator[SqliteSnapshot]:
        """One state of it, found at that time."""
        with super().snapshot() as snapshot:
            snapshot.moment = replace(snapshot.moment, at=self.at)
            yield snapshot
