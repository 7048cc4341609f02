"""Rows as delimited text: ISO dates, decimals as they are, NULL empty."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Final, Literal, Protocol

from etl_assets.errors import DeclarationError

if TYPE_CHECKING:
    import pyarrow as pa

Quoting = Literal["minimal", "all", "nonnumeric", "none"]
_QUOTING: Final[dict[str, Literal[0, 1, 2, 3]]] = {
    "minimal": csv.QUOTE_MINIMAL,
    "all": csv.QUOTE_ALL,
    "nonnumeric": csv.QUOTE_NONNUMERIC,
    "none": csv.QUOTE_NONE,
}


class Text(Protocol):
    """Something that text can be written to."""

    def write(self, text: str, /) -> object:
        """Take a piece of text."""


class _Nowhere:
    """Keeps nothing, to try a format on."""

    def write(self, text: str, /) -> None:
        """Forget it."""


class Writer(Protocol):
    """Something that writes rows."""

    def writerow(self, row: Iterable[object], /) -> object:
        """Write one row."""


@dataclass(frozen=True, kw_only=True)
class Delimited:
    """How a delimited file is written.

    Args:
        delimiter: Between two cells.
        quotechar: Around a cell.
        quoting: Which cells are quoted: those that need it, all, all but numbers, none.
        doublequote: Whether a quote within a cell is written twice; else the escape character stands before it.
        escapechar: Before what would be misread.
        lineterminator: After each row.
        header: Whether the first row names the columns.
    """

    delimiter: str = ","
    quotechar: str = '"'
    quoting: Quoting = "minimal"
    doublequote: bool = True
    escapechar: str | None = None
    lineterminator: str = "\n"
    header: bool = True

    def __post_init__(self) -> None:
        """Refuse a format that some text could not be written in.

        Raises:
            DeclarationError: When it is one.
        """
        try:
            self._writer(_Nowhere())
        except (KeyError, TypeError, ValueError) as error:
            message = f"A file cannot be delimited so: {error}."
            mend = "Give delimiter, quotechar and escapechar one character each, and quoting a known name."
            raise DeclarationError(message, mend=mend) from error
        if self.escapechar is None and (self.quoting == "none" or not self.doublequote):
            message = "A cell that holds a delimiter or a quote could not be written."
            raise DeclarationError(message, mend="Give an escapechar, or let cells be quoted and quotes doubled.")

    def write(self, file: Text, reader: "pa.RecordBatchReader") -> int:
        """Write Arrow batches as they come; gives the number of rows."""
        writer = self._writer(file)
        if self.header:
            writer.writerow(reader.schema.names)
        rows = 0
        for row in python_rows(reader):
            writer.writerow([cell(value) for value in row])
            rows += 1
        return rows

    def _writer(self, file: Text) -> Writer:
        return csv.writer(
            file,
            delimiter=self.delimiter,
            quotechar=self.quotechar,
            quoting=_QUOTING[self.quoting],
            doublequote=self.doublequote,
            escapechar=self.escapechar,
            lineterminator=self.lineterminator,
        )


def python_rows(reader: "pa.RecordBatchReader") -> Iterator[tuple[object, ...]]:
    """The rows as tuples, one batch in memory at a time."""
    for batch in reader:
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def cell(value: object) -> object:
    """A value as a delimited file has it; what needs no rewriting is left to the writer."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal) and "E" in str(value):
        return f"{value:f}"
    return value
