"""Files for the tests of this folder: a landing folder, and text read as it would be from there."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from etl_assets.connectors.files.csv import CsvReader
from etl_assets.connectors.files.landing import LandedFile, fingerprint_of
from etl_assets.datasets import Csv, Dataset, FilePattern
from etl_assets.schema import Column

ORIGIN = ("_file", "_row", "_line", "_problem", "_raw")
ABC = tuple(Column(name) for name in "abc")


def dataset(
    *patterns: str | FilePattern, name: str = "support/staging/cases", effective_at: str | None = None
) -> Dataset:
    """A dataset with the columns a, b, c and these files."""
    files = tuple(FilePattern(pattern=one) if isinstance(one, str) else one for one in patterns)
    return Dataset(name=name, columns=ABC, key=("a",), files=files, effective_at=effective_at)


def land(folder: Path, path: str, content: bytes) -> LandedFile:
    """Write a file and give it as the folder shows it."""
    location = folder / path
    location.parent.mkdir(parents=True, exist_ok=True)
    location.write_bytes(content)
    return shown(location, path)


def shown(location: Path, path: str) -> LandedFile:
    return LandedFile(path=path, location=location, fingerprint=fingerprint_of(location.lstat()))


class Read:
    """What a text gives: good rows as their cells, bad rows as (row, line, reason, text)."""

    def __init__(self, text: bytes, columns: Sequence[Column] | str = "abc", form: Csv | None = None) -> None:
        declared = [Column(name) for name in columns] if isinstance(columns, str) else columns
        reader = CsvReader(BytesIO(text), declared, form or Csv())
        self.raw: list[dict[str, Any]] = [row for batch in reader.batches(0) for row in batch.to_pylist()]
        self.raw.sort(key=lambda row: row["_row"])
        self.notes = reader.notes

    @property
    def good(self) -> list[list[str | None]]:
        """The cells of the well-formed rows."""
        return [
            [cell for name, cell in row.items() if name not in ORIGIN] for row in self.raw if row["_problem"] is None
        ]

    @property
    def bad(self) -> list[tuple[int, int, str, str]]:
        """Row, line, reason and text of the others."""
        return [(row["_row"], row["_line"], row["_problem"], row["_raw"]) for row in self.raw if row["_problem"]]

    @property
    def lines(self) -> list[int]:
        """The line of every row."""
        return [row["_line"] for row in self.raw]

    @property
    def rows(self) -> list[int]:
        """The number of every row."""
        return [row["_row"] for row in self.raw]
