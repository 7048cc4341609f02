"""The lake's rows as Arrow with the declared types, and those that do not fit.

Knows no warehouse; DuckDB serves as a library.
"""

from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.arrow import batch_of, numbers, values_of
from etl_assets.errors import EtlError, LakeError
from etl_assets.warehouse.load.cast_sql import FITS, Reading, bad_rows, typed_rows, unread_keys
from etl_assets.warehouse.load.changes_sql import Changes
from etl_assets.warehouse.load.library import duckdb_on
from etl_assets.warehouse.load.misfits import BAD, in_words, shown
from etl_assets.warehouse.load.typed import TEXT, is_known

if TYPE_CHECKING:
    import duckdb

    from etl_assets.datasets import Dataset
    from etl_assets.lake.manifest import Manifest
    from etl_assets.schema import Column

BATCH_ROWS: Final = 100_000
_BAD_BATCH_ROWS: Final = 10_000
_FEW: Final = 3
_PLACE: Final = ("_row", "_line")

_TYPES: Final[dict[str, pa.DataType]] = {
    "text": pa.string(),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


class _Options(TypedDict):
    threads: int
    memory_limit: str


@dataclass(frozen=True)
class Counts:
    """What became of a file's rows."""

    read: int
    good: int
    bad: int


class Caster:
    """The rows of one load, typed as its dataset declares."""

    def __init__(
        self,
        dataset: "Dataset",
        manifest: "Manifest",
        parts: Sequence[Path],
        *,
        skip: Collection[int] = (),
        threads: int = 2,
        memory_limit: str = "512MB",
    ) -> None:
        """Nothing is read yet.

        Args:
            dataset: The declaration.
            manifest: The load.
            parts: The Parquet files of the manifest.
            skip: File ids that are left out.
            threads: How many threads cast.
            memory_limit: As DuckDB writes it.
        """
        self._dataset = dataset
        self._columns = dataset.columns
        self._files = manifest.files
        self._parts = [str(part) for part in parts]
        self._options: _Options = {"threads": threads, "memory_limit": memory_limit}
        self._wanted = [
            n for n, file in enumerate(manifest.files) if file.status == "read" and file.file_id not in skip
        ]
        self._changes = [n for n, file in enumerate(manifest.files) if file.meaning == "changes"]
        self._good: Counter[int] | None = None
        self._failure: LakeError | None = None

    def good(self) -> pa.RecordBatchReader:
        """The rows that fit: the declared columns, ``_file_id``, ``_row`` and ``_line``, a batch at a time.

        Raises:
            LakeError: At the end, when the parts do not have the rows that the manifest says.
        """
        fields = [pa.field(column.name, arrow_type(column)) for column in self._columns]
        schema = pa.schema([*fields, ("_file_id", pa.int64()), ("_row", pa.int64()), ("_line", pa.int64())])
        return pa.RecordBatchReader.from_batches(schema, self._typed(schema))

    def bad(self) -> pa.RecordBatchReader:
        """The rows that do not fit, see ``BAD``, a batch at a time. Reads nothing when ``good`` has met none."""
        return pa.RecordBatchReader.from_batches(BAD, self._misfits())

    def unread_keys(self, key: tuple[str, ...]) -> pa.RecordBatchReader:
        """The keys of the rows of snapshots that do not fit, NULL where they cannot be read, and ``_file_id``."""
        types = {column.name: arrow_type(column) for column in self._columns}
        schema = pa.schema([*((name, types[name]) for name in key), ("_file_id", pa.int64())])
        return pa.RecordBatchReader.from_batches(schema, self._unread(key, schema))

    def examples(self, file_id: int) -> str:
        """A few of a file's rows that do not fit, in words."""
        wanted = [n for n in self._wanted if self._files[n].file_id == file_id]
        return "; ".join(in_words(row) for _, row in zip(range(_FEW), self._bad_rows(wanted), strict=False))

    @contextmanager
    def own_errors(self) -> Generator[None]:
        """A stretch in which others read: an engine tells of an error that a reader raises as one of its own."""
        try:
            yield
        except EtlError as error:
            if self._failure is None or self._failure is error:
                raise
            raise self._failure from error

    def counts(self) -> dict[int, Counts]:
        """What became of the rows, by file id; ``good`` has to be read first."""
        return {
            self._files[n].file_id: Counts(self._files[n].rows, self._files[n].rows - self._bad_of(n), self._bad_of(n))
            for n in self._wanted
        }

    def _bad_of(self, n: int) -> int:
        return self._files[n].rows - (self._good or Counter())[n]

    def _typed(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        ids = np.array([file.file_id for file in self._files], dtype=np.int64)
        read: Counter[int] = Counter()
        good: Counter[int] = Counter()
        for batch in self._found(typed_rows(self._reading_of()), self._wanted) if self._parts else ():
            _count(batch, read)
            fitting = batch if batch.column(FITS).true_count == batch.num_rows else batch.filter(batch.column(FITS))
            _count(fitting, good)
            cells = [fitting.column(column.name) for column in self._columns]
            yield pa.RecordBatch.from_arrays(
                [*cells, numbers(ids[values_of(fitting.column("_file"))]), *(fitting.column(name) for name in _PLACE)],
                schema=schema,
            )
        self._refuse_difference(read)
        self._good = good

    def _unread(self, key: tuple[str, ...], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        ids = np.array([file.file_id for file in self._files], dtype=np.int64)
        wanted = [n for n in self._wanted if self._files[n].meaning == "snapshot" and self._bad_of(n)]
        query = unread_keys(self._reading_of(), key) if wanted else ""
        for batch in self._found(query, wanted) if wanted else ():
            cells = [batch.column(name) for name in key]
            yield pa.RecordBatch.from_arrays([*cells, numbers(ids[values_of(batch.column("_file"))])], schema=schema)

    def _misfits(self) -> Iterator[pa.RecordBatch]:
        if self._good is not None and not any(self._bad_of(n) for n in self._wanted):
            return
        rows = self._bad_rows(self._wanted)
        while some := list(islice(rows, _BAD_BATCH_ROWS)):
            yield batch_of(some, BAD)

    def _bad_rows(self, wanted: Sequence[int]) -> Iterator[dict[str, Any]]:
        if self._parts and wanted:
            query = bad_rows(self._reading_of())
            for batch in self._found(query, wanted, batch_rows=_BAD_BATCH_ROWS):
                for row in batch.to_pylist():
                    yield shown(row, self._files[row["_file"]], self._columns)

    def _refuse_difference(self, read: Counter[int]) -> None:
        for n in self._wanted:
            if read[n] != (said := self._files[n].rows):
                message = f"The lake has {read[n]} rows of {self._files[n].path}, and its manifest says {said}."
                raise self._failed(message)

    def _found(self, query: str, wanted: Sequence[int], *, batch_rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        values: dict[str, Sequence[object]] = {"parts": self._parts, "wanted": wanted}
        values |= {"changes": self._changes} if "$changes" in query else {}
        with self._reading(), self._duckdb.cursor() as connection:
            yield from connection.sql(query, params=values).to_arrow_reader(batch_rows)

    @cached_property
    def _duckdb(self) -> "duckdb.DuckDBPyConnection":
        """Opened once for all that is asked of the parts, which takes longer than to ask for a few rows."""
        return duckdb_on(self._parts, **self._options)

    def _reading_of(self) -> Reading:
        only = len(self._changes) == len(self._files)
        changes = Changes.of(self._dataset, only=only) if self._changes else None
        kinds = self._kinds()
        typed = tuple((name, kind) for name, kind in kinds.items() if kind != TEXT)
        return Reading(columns=self._columns, present=tuple(kinds), typed=typed, changes=changes)

    def _kinds(self) -> dict[str, str]:
        """The columns of the parts and their types."""
        kinds: dict[str, str] = {}
        with self._reading():
            for part in self._parts:
                for field in pq.read_schema(part):
                    kind = str(field.type)
                    if kinds.setdefault(field.name, kind) != kind or not is_known(kind):
                        message = f"{part} has {field.name} as {kind}, which this version does not write there."
                        raise self._failed(message)
        return kinds

    @contextmanager
    def _reading(self) -> Generator[None]:
        """A stretch that reads the parts; what Arrow and DuckDB find there is the lake's trouble."""
        import duckdb

        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            found = str(error).splitlines()[0]
            message = f"{', '.join(self._parts)} cannot be read: {found}."
            raise self._failed(message) from error

    def _failed(self, message: str) -> LakeError:
        self._failure = LakeError(message, mend="Put the lake back from a copy.")
        return self._failure


def arrow_type(column: "Column") -> pa.DataType:
    """The Arrow type that carries a column's values exactly."""
    if scaled := column.precision_and_scale:
        return pa.decimal128(*scaled)
    return _TYPES[column.type]


def _count(batch: pa.RecordBatch, counter: Counter[int]) -> None:
    for n, count in enumerate(np.bincount(values_of(batch.column("_file")))):
        counter[n] += int(count)
