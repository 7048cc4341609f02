"""Records of JSON one by one, each with its cells or with what is wrong with it. Slow, and knows every answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, cast

from etl_assets.connectors.files.jsontext import (
    Fields,
    IllFormed,
    cell,
    parsed,
    refuse_ill_formed,
    refuse_twice,
    written,
)
from etl_assets.connectors.files.problems import RECORD_BYTES, TOO_LONG
from etl_assets.datasets import Json
from etl_assets.schema import Column

REST: Final = "other_fields"


@dataclass(frozen=True)
class Record:
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


class RecordReader:
    """Reads records of one file, and notes the fields that are not declared.

    Args:
        columns: The declared columns.
        form: How the file is written.
    """

    def __init__(self, columns: Sequence[Column], form: Json) -> None:
        """Nothing is read yet."""
        self.extra = set[str]()
        self._form = form
        self._titles = {column.title for column in columns}
        self._needed = [column.title for column in columns if column.since is None and not form.absent_is_null]

    def of_line(self, row: int, line: int, text: bytes) -> list[Record]:
        """The records of a line: one, unless records are declared to lie within it."""
        if len(text) > RECORD_BYTES:
            return [Record(row, line, {}, TOO_LONG, _shown(text))]
        try:
            return [*self.of_document(row, line, parsed(text))]
        except IllFormed as error:
            return [Record(row, line, {}, str(error), _shown(text))]

    def of_document(self, row: int, line: int, document: object) -> Iterator[Record]:
        """The records of a document.

        Args:
            row: The number of the first one.
            line: The line it begins in.
            document: As it was parsed.

        Raises:
            IllFormed: When it does not hold any where they are declared to be.
        """
        for number, value in enumerate(_records_of(document, self._form), row):
            yield self.of_value(number, line, value)

    def of_value(self, row: int, line: int, value: object) -> Record:
        """The record that a value is."""
        try:
            return Record(row, line, self._cells(value))
        except IllFormed as error:
            return Record(row, line, {}, str(error), _text_of(value))

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
        if missing := next((title for title in self._needed if title not in fields), None):
            message = f"it has no field {missing!r}"
            raise IllFormed(message)
        rest = Fields((name, field) for name, field in value if name not in self._titles)
        self.extra.update(name for name, _ in rest)
        cells = {title: cell(fields[title]) for title in self._titles if title in fields}
        return cells | ({REST: written(rest)} if rest else {})


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
