"""Delimited text into Arrow, strictly: everything is text, nothing is guessed, and what is ill-formed says why.

Read are UTF-8 (a byte order mark is dropped), one delimiter, quotes as in RFC 4180, lines ended by LF or CRLF. A cell
without quotes that is empty is NULL; ``""`` is the empty text.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.csv

from etl_assets.arrow import numbers
from etl_assets.connectors.files.header import FileColumns, is_header, matched
from etl_assets.connectors.files.problems import HEADER_NOT_DUE, NOT_UTF8_BUT, RETURNS_ALONE, Problem, is_utf8
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.records import RecordReader, Records
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Csv
from etl_assets.errors import EtlError
from etl_assets.schema import Column

if TYPE_CHECKING:
    from _typeshed import SupportsRead

HEADER_BYTES: Final = 64 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class CsvReader:
    """Reads one file, once.

    Args:
        stream: The file's content.
        columns: The declared columns, in the file's order when it has no header.
        form: How the file is written.
    """

    def __init__(self, stream: "SupportsRead[bytes]", columns: Sequence[Column], form: Csv) -> None:
        """Nothing is read yet."""
        self.notes: list[str] = []
        self._columns = columns
        self._form = form
        self._records = RecordReader(stream, delimiter=form.delimiter)

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows as text.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When the file's rows cannot be told apart, or its columns are not the declared ones.
        """
        if self._is_empty():
            return
        found = self._file_columns()
        order = [*(column.name for column in self._columns if column.name in found.names), *found.extra]
        schema = raw_schema(order)
        first_problem = HEADER_NOT_DUE if self._has_undue_header() else ""
        for records in self._records.read(len(found.names), first_problem=first_problem):
            if len(records.rows):
                cells = parsed(records, found.names, self._form.delimiter)
                rows, lines = numbers(records.rows), numbers(records.lines)
                yield well_formed([cells[name] for name in order], schema, file=file, rows=rows, lines=lines)
            if records.problems:
                yield ill_formed([_shown(problem) for problem in records.problems], schema, file=file)

    def _is_empty(self) -> bool:
        beginning = bytes(self._records.peek(4))
        if beginning.startswith(_OTHER_ENCODINGS):
            raise Unreadable(NOT_UTF8_BUT)
        if beginning.startswith(_BOM):
            self._records.skip(len(_BOM))
            self.notes.append("It begins with a byte order mark, which was dropped.")
        if is_empty := not self._records.peek(1):
            self.notes.append("It is empty.")
        return is_empty

    def _file_columns(self) -> FileColumns:
        if not self._form.header:
            return FileColumns(tuple(column.name for column in self._columns))
        titles = self._first_cells()
        if titles is None:
            raise Unreadable(RETURNS_ALONE if self._has_returns_alone() else "its header is ill-formed")
        found = matched(titles, self._columns)
        self._records.skip_header()
        if found.extra:
            self.notes.append(f"Kept but not declared: the columns {', '.join(found.extra)}.")
        if not self._records.peek(1):
            self.notes.append("It has a header only.")
        return found

    def _has_returns_alone(self) -> bool:
        """Whether the header is text up to a carriage return, and no line feed is near."""
        beginning = bytes(self._records.peek(HEADER_BYTES))
        first, found, _ = beginning.partition(b"\r")
        return bool(found) and b"\n" not in beginning and is_utf8(first)

    def _has_undue_header(self) -> bool:
        cells = None if self._form.header else self._first_cells()
        return cells is not None and is_header(cells, self._columns)

    def _first_cells(self) -> list[str] | None:
        """The cells of the first record; None when it is ill-formed."""
        try:
            text = self._records.first().decode()
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=self._form.delimiter, strict=True), None)
        except (UnicodeDecodeError, csv.Error):
            return None


def parsed(records: Records, names: Sequence[str], delimiter: str) -> dict[str, pa.Array]:
    """The cells of well-formed records by column.

    Raises:
        EtlError: When Arrow finds other records than we did.
    """
    text = records.text
    if text[:3] == _BOM:
        text = _BOM + bytes(text)
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=len(text) + 1),
        parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pyarrow.csv.ConvertOptions(
            check_utf8=False,
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )
    if table.num_rows != len(records.rows):
        message = f"Two readings of the same text differ: {table.num_rows} and {len(records.rows)} rows."
        raise EtlError(message, mend="This is a fault of the program; please report it with the file.")
    batch = table.combine_chunks().to_batches()[0]
    return {name: batch.column(name) for name in names}


def _shown(problem: Problem) -> tuple[int, int, str, str]:
    text = problem.text.decode(errors="backslashreplace").removesuffix("\n").removesuffix("\r")
    text = text.replace("\0", "\\x00")
    return problem.row, problem.line, problem.reason, text
