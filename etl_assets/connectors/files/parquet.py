"""Parquet into the lake: typed columns as they are, nested ones as JSON text, a row group at a time.

What a column's type becomes is said in ``plain.py``. A row with a value that has no text, as bytes that are not UTF-8,
is ill-formed; the others are read.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.arrow import numbers, texts
from etl_assets.connectors.files.header import FileColumns, matched
from etl_assets.connectors.files.jsontext import IllFormed
from etl_assets.connectors.files.nested import is_nested, json_texts
from etl_assets.connectors.files.plain import is_text, lake_cells, lake_type
from etl_assets.connectors.files.problems import NOT_UTF8
from etl_assets.connectors.files.raw import ill_formed, raw_schema, well_formed
from etl_assets.connectors.files.spool import spooled
from etl_assets.connectors.files.stream import MAX_RATIO, RATIO_FROM_BYTES
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.connectors.files.vectors import numbers_or_zero, side_by_side
from etl_assets.schema import Column

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import SupportsRead

    from etl_assets.datasets import Parquet

BATCH_ROWS: Final = 20_000
BATCH_BYTES: Final = 8 * 1024 * 1024
_INT96: Final = "INT96"
_OUT_OF_RANGE: Final = "it is out of range"
_DIGITS_BELOW_MICROSECONDS: Final = 1_000


class ParquetReader:
    """Reads one file, once.

    Args:
        stream: The file's content.
        columns: The declared columns; their order in the file is free.
        form: How the file is written; there is nothing to say of it.
        aside: The folder for a large file's content, which is read in any order; the system's when None.
    """

    def __init__(
        self, stream: "SupportsRead[bytes]", columns: Sequence[Column], form: "Parquet", *, aside: "Path | None" = None
    ) -> None:
        """Nothing is read yet."""
        self.notes: list[str] = []
        self._stream = stream
        self._columns = columns
        self._form = form
        self._aside = aside

    def batches(self, file: int) -> Iterator[pa.RecordBatch]:
        """The rows, a batch at a time.

        Args:
            file: The file's place in the manifest.

        Raises:
            Unreadable: When it is no Parquet file, a damaged one, or its columns are not the declared ones.
        """
        with spooled(self._stream, self._aside) as source:
            if not source.size():
                self.notes.append("It is empty.")
                return
            with _reading():
                opened = _Opened(source)
            found = self._found(opened)
            row = 1
            for batch in opened.batches():
                yield from _Rows(batch, opened.schema, found, row).batches(
                    file, [column.name for column in self._columns]
                )
                row += batch.num_rows
            opened.refuse_other_than(row - 1)

    def _found(self, opened: "_Opened") -> FileColumns:
        found = matched(opened.schema.names, self._columns, where="schema")
        if found.extra:
            self.notes.append(f"Kept but not declared: the columns {', '.join(found.extra)}.")
        if not opened.rows:
            self.notes.append("It has no rows.")
        return found


class _Opened:
    """A Parquet file whose beginning and end are sound."""

    def __init__(self, source: pa.NativeFile) -> None:
        size = source.size()
        self._file = pq.ParquetFile(source, page_checksum_verification=True, pre_buffer=False, buffer_size=1 << 20)
        self._source = source
        meta = self._file.metadata
        groups = [meta.row_group(n) for n in range(meta.num_row_groups)]
        self.rows: int = meta.num_rows
        self.schema: pa.Schema = self._file.schema_arrow
        bytes_ = sum(group.total_byte_size for group in groups)
        if bytes_ > RATIO_FROM_BYTES and bytes_ > MAX_RATIO * size:
            message = f"it unpacks to {bytes_:,} bytes"
            raise Unreadable(message)
        self._batch_rows = max(1, min(BATCH_ROWS, BATCH_BYTES * self.rows // max(bytes_, 1)))
        self._old_times = self._int96()

    def _int96(self) -> list[str]:
        """The columns of the old type of times.

        Raises:
            Unreadable: When one lies within another column.
        """
        leaves = [self._file.schema.column(n) for n in range(len(self._file.schema))]
        found = [leaf.path for leaf in leaves if leaf.physical_type == _INT96]
        if inner := [path for path in found if path not in self.schema.names]:
            message = f"its column {inner[0]!r} has times of 96 bits within another, which are not read"
            raise Unreadable(message)
        return found

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows; nothing of a file without columns."""
        with _reading():
            found = self._file.iter_batches(batch_size=self._batch_rows, use_threads=False)
            yield from self._with_old_times(found) if self._old_times else found

    def _with_old_times(self, found: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Times of 96 bits as text: 64 bits of nanoseconds do not hold them all, and microseconds cut them."""
        coarse = pq.ParquetFile(self._source, coerce_int96_timestamp_unit="us", pre_buffer=False)
        parts = coarse.iter_batches(batch_size=self._batch_rows, columns=self._old_times, use_threads=False)
        for batch, part in zip(found, parts, strict=True):
            exact = {name: _old_times(batch.column(name), part.column(name)) for name in self._old_times}
            arrays = [exact.get(name, batch.column(name)) for name in batch.schema.names]
            yield pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)

    def refuse_other_than(self, rows: int) -> None:
        """See that all its rows were read.

        Raises:
            Unreadable: When they were not.
        """
        if rows != self.rows:
            message = f"it says that it has {self.rows} rows, and has {rows}"
            raise Unreadable(message)


class _Rows:
    """A batch of a file's rows.

    Args:
        batch: The columns as the file has them.
        schema: Of the file.
        found: By which names they are kept.
        first: The number of its first row.
    """

    def __init__(self, batch: pa.RecordBatch, schema: pa.Schema, found: FileColumns, first: int) -> None:
        self._batch = batch
        self._titles = schema.names
        self._arrays = dict(zip(found.names, batch.columns, strict=True))
        self._found = found
        self._first = first

    def batches(self, file: int, declared: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The well-formed rows, then the others."""
        order = [*(name for name in declared if name in self._arrays), *self._found.extra]
        schema = raw_schema(order, {name: lake_type(self._arrays[name].type) for name in order})
        problems, cells = self._problems(order)
        good = np.setdiff1d(np.arange(self._batch.num_rows), [*problems], assume_unique=True).astype(np.int64)
        if len(good):
            rows = numbers(good + self._first)
            yield well_formed(cells, schema, file=file, rows=rows, lines=rows)
        if problems:
            told = [(n + self._first, n + self._first, problems[n], _shown(self._batch, n)) for n in sorted(problems)]
            yield ill_formed(told, schema, file=file)

    def _problems(self, order: Sequence[str]) -> tuple[dict[int, str], list[pa.Array]]:
        """What is wrong with which rows, and the cells of all others."""
        try:
            return {}, [_cells(self._arrays[name]) for name in order]
        except (IllFormed, pa.ArrowException):
            problems = self._row_by_row(order)
        kept = numbers([n for n in range(self._batch.num_rows) if n not in problems])
        return problems, [_cells(self._arrays[name].take(kept)) for name in order]

    def _row_by_row(self, order: Sequence[str]) -> dict[int, str]:
        titles = dict(zip(self._found.names, self._titles, strict=True))
        problems: dict[int, str] = {}
        for name in reversed(order):
            array = self._arrays[name]
            if _problem(array):
                found = ((n, _problem(array.slice(n, 1))) for n in range(len(array)))
                bad = ((n, reason) for n, reason in found if reason)
                problems |= {n: _named(titles[name], reason) for n, reason in bad}
        return problems


def _named(title: str, reason: str) -> str:
    return f"its column {title!r} {reason.removeprefix('it ')}" if reason.startswith("it ") else reason


def _problem(array: pa.Array) -> str:
    """Why values have no cell; empty when all have."""
    try:
        _cells(array)
    except IllFormed as error:
        return str(error)
    except pa.ArrowException:
        return NOT_UTF8 if is_text(array.type) or is_nested(array.type) else _OUT_OF_RANGE
    return ""


def _cells(array: pa.Array) -> pa.Array:
    return json_texts(array) if is_nested(array.type) else lake_cells(array)


def _old_times(fine: pa.Array, coarse: pa.Array) -> pa.Array:
    """The texts of times of which both readings together have all digits: one wraps around, the other cuts."""
    whole = numbers_or_zero(coarse.view(pa.int64()))
    rest = numbers_or_zero(fine.view(pa.int64())) - whole * _DIGITS_BELOW_MICROSECONDS
    return side_by_side(coarse.cast(pa.string()), texts(f"{each:03}" for each in rest.tolist()))


def _shown(batch: pa.RecordBatch, n: int) -> str:
    """A row as far as it can be shown."""
    row = {title: _value(array, n) for title, array in zip(batch.schema.names, batch.columns, strict=True)}
    return json.dumps(row, ensure_ascii=False, default=str).replace("\\u0000", "\\\\x00")


def _value(array: pa.Array, n: int) -> Any:  # noqa: ANN401 - whatever the file holds
    one = array.slice(n, 1)
    if is_text(one.type):
        held = one.cast(pa.large_binary())[0].as_py()
        return None if held is None else held.decode(errors="backslashreplace")
    try:
        return _cells(one).cast(pa.string())[0].as_py()
    except (IllFormed, pa.ArrowException):
        return repr(one.view(pa.int64())[0].as_py()) if pa.types.is_temporal(one.type) else str(one[0])


@contextmanager
def _reading() -> Generator[None]:
    """A stretch in which a file is read; what Arrow finds there is the file's trouble."""
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError) as error:
        message = f"it cannot be read as Parquet: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        raise Unreadable(message) from error
