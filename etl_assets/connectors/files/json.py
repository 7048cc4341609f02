"""JSON into Arrow, strictly: the text of every value as it is written, and what is ill-formed says why.

No number is ever a float here, so none loses a digit. A nested value is JSON text again. A field that an object has
twice, a number that JSON does not know (NaN), half a character: such a record is ill-formed, and the others are read.

Lines, and the elements of an array, go a block at a time through ``jsonfast.py``; what that is not sure of goes one by
one through ``jsonrecords.py``, as do other documents. Both give the same.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from etl_assets.arrow import numbers, texts
from etl_assets.connectors.files.jsonarray import element_blocks
from etl_assets.connectors.files.jsonfast import Proved, proved
from etl_assets.connectors.files.jsonmarks import Places
from etl_assets.connectors.files.jsonrecords import REST, Record, RecordReader
from etl_assets.connectors.files.jsontext import IllFormed, parsed
from etl_assets.connectors.files.problems import NOT_UTF8_BUT
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Json
from etl_assets.schema import Column

if TYPE_CHECKING:
    from _typeshed import SupportsRead

DOCUMENT_BYTES: Final = 256 * 1024 * 1024
HELD_BYTES: Final = 32 * 1024 * 1024
BATCH_RECORDS: Final = 20_000
BATCH_BYTES: Final = 32 * 1024 * 1024
BLOCK_BYTES: Final = 2 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_LONGEST_MARK: Final = 4
_LF: Final = ord("\n")


class JsonReader:
    """Reads one file, once.

    Args:
        stream: The file's content.
        columns: The declared columns.
        form: How the file is written.
        one_by_one: Whether to look at every line on its own; the same comes out, only later.
    """

    def __init__(
        self, stream: "SupportsRead[bytes]", columns: Sequence[Column], form: Json, *, one_by_one: bool = False
    ) -> None:
        """Nothing is read yet."""
        self.notes: list[str] = []
        self._stream = stream
        self._form = form
        self._one_by_one = one_by_one or form.records is not None
        self._records = RecordReader(columns, form)
        self._names = {column.title: column.name for column in columns}
        self._optional = {column.title for column in columns if form.absent_is_null or column.since is not None}
        rest = _free_name({column.name.lower() for column in columns})
        self._schema = raw_schema([*self._names.values(), rest])

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows as text.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When the file's records cannot be told apart.
        """
        yield from self._of_lines(file) if self._form.lines else self._of_document(file)
        if self._records.extra:
            self.notes.append(f"Kept but not declared: the fields {', '.join(sorted(self._records.extra))}.")

    def _of_document(self, file: int) -> Iterator[pa.RecordBatch]:
        """The records of a document, those of an array a block at a time until something in it is in doubt."""
        if not (text := self._without_mark(self._whole())):
            return
        is_array = not (self._one_by_one or self._form.single)
        given = (yield from self._of_array(text, file)) if is_array else 0
        if given is not None:
            yield from self._records_of(text, given, file)

    def _of_array(self, text: bytes, file: int) -> Generator[pa.RecordBatch, None, int | None]:
        """The elements of an array; says how many they were before something was in doubt, None when nothing was."""
        given = 0
        try:
            for block in element_blocks(text):
                found, elements = self._proved(block)
                left = ((n, parsed(elements[n])) for n in found.others.tolist())
                records = [self._records.of_value(given + n + 1, 1, value) for n, value in left]
                yield from self._batch(records, found, given + 1, file)
                given += block.count(b"\n")
        except IllFormed:
            return given
        return None

    def _records_of(self, text: bytes, given: int, file: int) -> Iterator[pa.RecordBatch]:
        """The records of a document one by one, but for those that were given already."""
        held: list[Record] = []
        size = 0
        for record in self._found(text):
            if record.row > given:
                held.append(record)
                size += record.size
            if len(held) == BATCH_RECORDS or size > BATCH_BYTES:
                yield from self._batch(held, None, 0, file)
                held, size = [], 0
        yield from self._batch(held, None, 0, file)

    def _proved(self, block: bytes) -> tuple[Proved, list[bytes]]:
        """What is proved of a block of lines, and the lines if that is not all of them."""
        found = proved(block, list(self._names), self._optional)
        self._records.extra |= found.extra
        return found, block.split(b"\n")[:-1] if len(found.others) else []

    def _found(self, text: bytes) -> Iterator[Record]:
        """The records of a document.

        Raises:
            Unreadable: When it is none, or does not hold any where they are declared to be.
        """
        try:
            document = parsed(text)
        except IllFormed as error:
            message = f"it cannot be read as JSON: {error}"
            raise Unreadable(message) from error
        try:
            yield from self._records.of_document(1, 1, document)
        except IllFormed as error:
            raise Unreadable(str(error)) from error

    def _of_lines(self, file: int) -> Iterator[pa.RecordBatch]:
        line, row = 1, 1
        for block in self._blocks():
            found, lines = (None, block.split(b"\n")[:-1]) if self._one_by_one else self._proved(block)
            records: list[Record] = []
            for n in range(len(lines)) if found is None else found.others.tolist():
                number = row + len(records) if found is None else line + n
                records += self._records.of_line(number, line + n, lines[n])
            yield from self._batch(records, found, line, file)
            line += block.count(b"\n")
            row += len(records)

    def _batch(
        self, records: Sequence[Record], found: Proved | None, first: int, file: int
    ) -> Iterator[pa.RecordBatch]:
        """The well-formed ones, proved ones among them, then the others."""
        good = [record for record in records if not record.problem]
        cells, rows, lines = self._cells(good)
        if found and len(found.lines):
            at = found.lines + first
            in_lines = at if self._form.lines else np.ones_like(at)
            cells, rows, lines = (
                _merged([found.cells, cells], [at, rows], [in_lines, lines]) if good else (found.cells, at, in_lines)
            )
        if len(rows):
            yield well_formed(cells, self._schema, file=file, rows=numbers(rows), lines=numbers(lines))
        if bad := [(one.row, one.line, one.problem, one.text) for one in records if one.problem]:
            yield ill_formed(bad, self._schema, file=file)

    def _cells(self, good: Iterable[Record]) -> tuple[list[pa.Array], Places, Places]:
        titles = [*self._names, REST]
        cells = [texts(record.cells.get(title) for record in good) for title in titles]
        places = ((record.row, record.line) for record in good)
        rows, lines = np.array([*places], dtype=np.int64).reshape(-1, 2).T
        return cells, rows, lines

    def _blocks(self) -> Iterator[bytes]:
        """Whole lines, each with its end, about a block of them at a time."""
        held, line, is_first, is_given = b"", 1, True, False
        block = self._stream.read(BLOCK_BYTES)
        while block:
            following = self._stream.read(BLOCK_BYTES)
            held += block
            if is_first and (len(held) >= _LONGEST_MARK or not following):
                held, is_first = self._without_mark(held), False
            end = held.rfind(b"\n", -len(block)) + 1 if following else len(held)
            if end:
                yield held[:end] if held[end - 1] == _LF else held[:end] + b"\n"
                line += held.count(b"\n", 0, end)
                held, is_given = held[end:], True
            if len(held) > HELD_BYTES:
                message = f"the record in line {line} does not end within {HELD_BYTES >> 20} MiB"
                raise Unreadable(message)
            block = following
        if not is_given:
            self.notes.append("It is empty.")

    def _whole(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while block := self._stream.read(BLOCK_BYTES):
            pieces.append(block)
            size += len(block)
            if size > DOCUMENT_BYTES:
                message = (
                    f"it is a JSON document of more than {DOCUMENT_BYTES >> 20} MiB; JSON lines may be of any size"
                )
                raise Unreadable(message)
        if not size:
            self.notes.append("It is empty.")
        return b"".join(pieces)

    def _without_mark(self, text: bytes) -> bytes:
        """The text without a byte order mark.

        Raises:
            Unreadable: When the mark is that of another encoding.
        """
        if text.startswith(_OTHER_ENCODINGS):
            raise Unreadable(NOT_UTF8_BUT)
        if not text.startswith(_BOM):
            return text
        self.notes.append("It begins with a byte order mark, which was dropped.")
        return text.removeprefix(_BOM)


def _merged(
    cells: Sequence[Sequence[pa.Array]], rows: Sequence[Places], lines: Sequence[Places]
) -> tuple[list[pa.Array], Places, Places]:
    """Rows of both kinds in their order."""
    order = np.argsort(np.concatenate(rows))
    joined = [pa.concat_arrays(both).take(numbers(order)) for both in zip(*cells, strict=True)]
    return joined, np.concatenate(rows)[order], np.concatenate(lines)[order]


def _free_name(taken: set[str]) -> str:
    name, number = REST, 1
    while name in taken:
        number += 1
        name = f"{REST}_{number}"
    return name
