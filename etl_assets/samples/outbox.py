"""One export of a sample source: its files appear whole, with a time of the story, and never over another's files."""

import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from etl_assets.errors import LoadRefused
from etl_assets.samples.text import all_bytes, joined

if TYPE_CHECKING:
    import pyarrow as pa

_EPOCH = datetime.fromisoformat("1970-01-01")
_BATCH_ROWS = 65_536


class Outbox:
    """Files that wait beside their places until all of them are written; leaving it takes the waiting ones away.

    Args:
        folder: Where the files go; made when it is not there.
        begun: UTC without a zone: the first file's time. Each further one is a second younger.
    """

    def __init__(self, folder: Path, *, begun: datetime) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._begun = begun
        folder.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        """The outbox."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take away what was not published."""
        for name in self.rows:
            self._waiting(name).unlink(missing_ok=True)

    def put(self, name: str, tables: "Iterable[pa.Table]") -> None:
        """Write rows as the exports are: every field quoted, no header, CRLF."""
        self.rows[name] = 0
        with self._waiting(name).open("wb") as file:
            for table in tables:
                self.rows[name] += table.num_rows
                file.writelines(_quoted_lines(table))
        self._set_time(name)

    def put_text(self, name: str, text: bytes, *, rows: int) -> None:
        """Write a file as it is."""
        self.rows[name] = rows
        self._waiting(name).write_bytes(text)
        self._set_time(name)

    def join(self, name: str, parts: Sequence[str]) -> None:
        """Write a file with the content of others that wait here."""
        self.rows[name] = sum(self.rows[part] for part in parts)
        with self._waiting(name).open("wb") as file:
            for part in parts:
                with self._waiting(part).open("rb") as source:
                    shutil.copyfileobj(source, file)
        self._set_time(name)

    def publish(self) -> list[str]:
        """Let the files appear; one that is there already with the same content and time stays as it is.

        Returns:
            The names of those that were not there.

        Raises:
            LoadRefused: When a file is there with other content; then nothing appears.
        """
        present = [name for name in self.rows if (self.folder / name).exists()]
        for name in present:
            if _digest(self.folder / name) != _digest(self._waiting(name)):
                message = f"{self.folder / name} is there already and is not this sample's."
                raise LoadRefused(message, mend="Choose an empty folder, or the scale and seed it was made with.")
        for name in self.rows:
            target, waiting = self.folder / name, self._waiting(name)
            if name not in present or target.stat().st_mtime_ns != waiting.stat().st_mtime_ns:
                waiting.replace(target)
        return [name for name in self.rows if name not in present]

    def _waiting(self, name: str) -> Path:
        return self.folder / f".{name}.part"

    def _set_time(self, name: str) -> None:
        time = self._begun + timedelta(seconds=len(self.rows) - 1)
        nanoseconds = (time - _EPOCH) // timedelta(microseconds=1) * 1000
        os.utime(self._waiting(name), ns=(nanoseconds, nanoseconds))


def _quoted_lines(rows: "pa.Table") -> Iterator[bytes]:
    """The bytes of the lines, many at a time."""
    for batch in rows.to_batches(max_chunksize=_BATCH_ROWS):
        fields = [part for column in batch.columns for part in ('","', column)]
        yield all_bytes(joined('"', *fields[1:], '"\r\n'))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
