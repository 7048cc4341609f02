"""JSON into Arrow, strictly: the text of every value as it is written, and what is ill-formed says why.

No number is ever a float here, so none loses a digit. A nested value is JSON text again. A field that an object has
twice, a number that JSON does not know (NaN), half a character: such a record is ill-formed, and the others are read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import pyarrow as pa

from etl_assets.arrow import numbers, texts
from etl_assets.connectors.files.jsontext import (
    Fields,
    IllFormed,
    cell,
    parsed,
    refuse_ill_formed,
    refuse_twice,
    written,
)
from etl_assets.connectors.files.problems import RECORD_BYTES
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import Json
from etl_assets.schema import Column

if TYPE_CHECKING:
    from _typeshed import SupportsRead

DOCUMENT_BYTES: Final = 256 * 1024 * 1024
BATCH_RECORDS: Final = 20_000
BATCH_BYTES: Final = 32 * 1024 * 1024
_BLOCK_BYTES: Final = 2 * 1024 * 1024
_BOM: Final = b"\xef\xbb\xbf"
_REST: Final = "other_fields"


@dataclass(frozen=True)
class _Record:
    """A record's cells by title, or what is wrong with it; and where it stands."""

    row: int
    line: int
    cells: dict[str, str | None]
    problem: str = ""
    text: str = ""

    @property
    def size(self) -> int:
        """About how much memory it takes."""
        return len(self.text) + sum(len(text or "") for text in self.cells.values())


class JsonReader:
    """Reads one file, once.

    Args:
        stream: The file's content.
        columns: The declared columns.
        form: How the file is written.
    """

    def __init__(self, stream: "SupportsRead[bytes]", columns: Sequence[Column], form: Json) -> None:
        """Nothing is read yet."""
        self.notes: list[str] = []
        self._stream = stream
        self._columns = columns
        self._form = form
        self._rest = _free_name({column.name.lower() for column in columns})
        self._extra = set[str]()

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows as text.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When the file's records cannot be told apart.
        """
        held: list[_Record] = []
        size = 0
        for record in self._records():
            held.append(record)
            size += record.size
            if len(held) == BATCH_RECORDS or size > BATCH_BYTES:
                yield from self._batch(held, file)
                held, size = [], 0
        yield from self._batch(held, file)
        if self._extra:
            self.notes.append(f"Kept but not declared: the fields {', '.join(sorted(self._extra))}.")

    def _batch(self, records: list[_Record], file: int) -> Iterator[pa.RecordBatch]:
        names = {column.title: column.name for column in self._columns} | {_REST: self._rest}
        schema = raw_schema([*names.values()])
        if good := [record for record in records if not record.problem]:
            cells = [texts(record.cells.get(title) for record in good) for title in names]
            rows, lines = numbers([one.row for one in good]), numbers([one.line for one in good])
            yield well_formed(cells, schema, file=file, rows=rows, lines=lines)
        if bad := [(one.row, one.line, one.problem, one.text) for one in records if one.problem]:
            yield ill_formed(bad, schema, file=file)

    def _records(self) -> Iterator[_Record]:
        row = 0
        for line, text in self._documents():
            try:
                found = _records_of(parsed(text), self._form)
            except IllFormed as error:
                if not self._form.lines:
                    message = f"it cannot be read as JSON: {error}"
                    raise Unreadable(message) from error
                row += 1
                yield _Record(row, line, {}, str(error), _shown(text))
                continue
            for value in found:
                row += 1
                yield self._record(row, line, value)

    def _record(self, row: int, line: int, value: object) -> _Record:
        try:
            return _Record(row, line, self._cells(value))
        except IllFormed as error:
            return _Record(row, line, {}, str(error), _text_of(value))

    def _cells(self, value: object) -> dict[str, str | None]:
        """A record's texts by title.

        Raises:
            IllFormed: When it is no record.
        """
        if not isinstance(value, Fields):
            message = "it is no object"
            raise IllFormed(message)
        refuse_ill_formed(value)
        fields = dict(value)
        wanted = {column.title: column for column in self._columns}
        missing = [title for title, column in wanted.items() if title not in fields and column.since is None]
        if missing and not self._form.absent_is_null:
            message = f"it has no field {missing[0]!r}"
            raise IllFormed(message)
        rest = Fields((name, field) for name, field in value if name not in wanted)
        self._extra.update(name for name, _ in rest)
        cells = {title: cell(fields[title]) for title in wanted if title in fields}
        return cells | ({_REST: written(rest)} if rest else {})

    def _documents(self) -> Iterator[tuple[int, bytes]]:
        """Each document's text, and the line it begins in."""
        if not self._form.lines:
            if text := self._without_mark(self._whole()):
                yield 1, text
            return
        held, line = b"", 0
        while block := self._stream.read(_BLOCK_BYTES):
            *whole, held = (held + block).split(b"\n")
            for text in whole:
                line += 1
                yield line, self._without_mark(text) if line == 1 else text
            if len(held) > RECORD_BYTES:
                message = f"the record in line {line + 1} does not end within {RECORD_BYTES >> 20} MiB"
                raise Unreadable(message)
        if held:
            yield line + 1, self._without_mark(held) if not line else held
        elif not line:
            self.notes.append("It is empty.")

    def _whole(self) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while block := self._stream.read(_BLOCK_BYTES):
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
        if not text.startswith(_BOM):
            return text
        self.notes.append("It begins with a byte order mark, which was dropped.")
        return text.removeprefix(_BOM)


def _records_of(document: object, form: Json) -> Sequence[object]:
    """The records of a document.

    Raises:
        IllFormed: When it does not hold any where they are declared to be.
    """
    if form.records is None:
        if form.lines or form.single:
            return [document]
        return _array(document, "it is no array of records")
    if not isinstance(document, Fields):
        message = "it is no object"
        raise IllFormed(message)
    refuse_twice(document)
    fields = dict(document)
    if form.records not in fields:
        message = f"it has no field {form.records!r}"
        raise IllFormed(message)
    inside = fields.pop(form.records)
    if form.entries is None:
        return _array(inside, f"its field {form.records!r} is no array of records")
    if not isinstance(inside, Fields):
        message = f"its field {form.records!r} is no object"
        raise IllFormed(message)
    refuse_twice(inside)
    name, value = form.entries
    return [Fields([*fields.items(), (name, title), (value, entry)]) for title, entry in inside]


def _array(value: object, problem: str) -> Sequence[object]:
    if not isinstance(value, list) or isinstance(value, Fields):
        raise IllFormed(problem)
    return cast("list[object]", value)


def _text_of(value: object) -> str:
    """An ill-formed record's text, as far as it has one."""
    try:
        return _shown(written(value).encode(errors="backslashreplace"))
    except RecursionError:
        return ""


def _shown(text: bytes) -> str:
    return text.decode(errors="backslashreplace").replace("\0", "\\x00").rstrip("\r")


def _free_name(taken: set[str]) -> str:
    name, number = _REST, 1
    while name in taken:
        number += 1
        name = f"{_REST}_{number}"
    return name
