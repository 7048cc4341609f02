"""Files as AWS DMS writes them: the rows of their own reader, and from when on each holds and what it says.

A file's own columns stay as they are written. What cannot be told apart by columns is told here: a row of a full load
has no time of its own that counts, and a document has to be one.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from etl_assets.arrow import repeated_text
from etl_assets.connectors.database.stamp import AT, OP, SET
from etl_assets.connectors.files.csv import CsvReader
from etl_assets.connectors.files.json import JsonReader
from etl_assets.connectors.files.jsontext import IllFormed, parsed, refuse_ill_formed
from etl_assets.connectors.files.raw import LINE, PROBLEM, ROW, ill_formed, raw_schema
from etl_assets.connectors.files.unquoted import Unquoted
from etl_assets.connectors.files.wholes import wholes
from etl_assets.datasets import Csv, Dms, Json
from etl_assets.schema import Column

if TYPE_CHECKING:
    from _typeshed import SupportsRead

_OP_TITLE: Final = "Op"
_ORIGIN: Final = tuple(raw_schema([]).names)
_STAMPS: Final = (AT, OP)


class DmsReader:
    """Reads one file, once.

    Args:
        stream: The file's content.
        columns: The declared columns, in the file's order when it has no header.
        form: How the file is written.
        order_at: The file's place in time: the one in its name, else when it was written.
    """

    def __init__(
        self, stream: "SupportsRead[bytes]", columns: Sequence[Column], form: Dms, *, order_at: datetime
    ) -> None:
        """Nothing is read yet."""
        self._form = form
        self._at = from_when(form, order_at)
        self._own = [column for column in columns if column.title not in _STAMPS]
        self._rows = _inner(stream, [*_told(form), *self._own, *_told_last(form)], form)
        self.notes = self._rows.notes

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows as text.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When the file's rows cannot be told apart, or its columns are not the declared ones.
        """
        for batch in self._rows.batches(file):
            whole = self._stamped(batch)
            if whole.column(PROBLEM).null_count == whole.num_rows:
                yield from self._parted(whole, file)
            else:
                yield whole

    def _stamped(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        cells = dict(zip(batch.schema.names, batch.columns, strict=True))
        if batch.column(PROBLEM).null_count:
            cells |= {name: self._read(name, cells[name]) for name in cells if name not in _ORIGIN}
        count = batch.num_rows
        stamps = {
            AT: cells.pop(AT, None) or repeated_text(self._at.isoformat(" "), count),
            OP: cells.pop(OP, None) or repeated_text(SET, count),
        }
        origin = {name: cells.pop(name) for name in _ORIGIN}
        every = cells | stamps | origin
        return pa.RecordBatch.from_arrays([*every.values()], schema=raw_schema([*cells, *stamps]))

    def _read(self, name: str, cells: pa.Array) -> pa.Array:
        """A column's texts as the declaration has them read."""
        if self._form.empty_is_text:
            cells = pc.call_function("coalesce", [cells, pa.scalar("")])
        return wholes(cells) if name in self._form.whole else cells

    def _parted(self, batch: pa.RecordBatch, file: int) -> Iterator[pa.RecordBatch]:
        """The rows whose documents are documents, and the others with what is wrong."""
        problems = dict(self._problems(batch)) if isinstance(self._form.inner, Csv) else {}
        if not problems:
            yield batch
            return
        is_good = [number not in problems for number in range(batch.num_rows)]
        yield batch.filter(pa.array(is_good))
        own = batch.select([name for name in batch.schema.names if name not in _ORIGIN])
        places = [(batch.column(ROW)[n].as_py(), batch.column(LINE)[n].as_py()) for n in problems]
        records = [json.dumps(own.slice(n, 1).to_pylist()[0], ensure_ascii=False) for n in problems]
        shown = ((*place, why, text) for place, why, text in zip(places, problems.values(), records, strict=True))
        yield ill_formed([*shown], batch.schema, file=file)

    def _problems(self, batch: pa.RecordBatch) -> Iterator[tuple[int, str]]:
        """The rows with a document that is none, and why the first of theirs is none."""
        nothing = {text: None for column in self._own for text in column.null_texts if column.name in self._documents}
        told = set[int]()
        for name in self._documents:
            for number, text in enumerate(batch.column(name).to_pylist()):
                if text not in nothing and text is not None and number not in told and (why := problem_of(text)):
                    told.add(number)
                    yield number, f"its {name} is no JSON: {why}"

    @property
    def _documents(self) -> tuple[str, ...]:
        own = {column.name for column in self._own}
        return tuple(name for name in self._form.documents if name in own)


def from_when(form: Dms, order_at: datetime) -> datetime:
    """From when on the rows of a file hold that do not say it themselves."""
    if not form.full_load:
        return order_at
    return max((at for at in form.reloads if at <= order_at), default=form.beginning)


def problem_of(text: str) -> str:
    """Why a text is no JSON that can be kept; empty when it is."""
    try:
        refuse_ill_formed(parsed(text.encode()))
    except (IllFormed, UnicodeEncodeError) as error:
        return str(error)
    return ""


def _inner(stream: "SupportsRead[bytes]", columns: Sequence[Column], form: Dms) -> CsvReader | JsonReader:
    if isinstance(form.inner, Json):
        return JsonReader(stream, columns, form.inner)
    return CsvReader(stream if form.quoted else Unquoted(stream, form.inner.delimiter), columns, form.inner)


def _told(form: Dms) -> list[Column]:
    """What stands before a row's own columns. The time of a full load is kept, and does not count."""
    op = [Column(OP, header=_OP_TITLE)] if form.has_op else []
    return op + (_commit(form) if form.timestamp_place == "first" else [])


def _told_last(form: Dms) -> list[Column]:
    return _commit(form) if form.timestamp_place == "last" else []


def _commit(form: Dms) -> list[Column]:
    return [Column(form.timestamp if form.full_load else AT, header=form.timestamp)] if form.timestamp else []
