"""Record batches into a series of Parquet files, none of them visible until it is published."""

from contextlib import ExitStack
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.lake.manifest import PartEntry

if TYPE_CHECKING:
    from etl_assets.lake.storage import Output, Storage

GROUP_BYTES: Final = 32 * 1024 * 1024
"""A row group is written when so many bytes of rows are held."""
PART_BYTES: Final = 512 * 1024 * 1024
"""A file that has reached this size is followed by another."""


class Parts:
    """Parquet files of one schema each, opened as the batches ask for them."""

    def __init__(self, storage: "Storage") -> None:
        """Nothing is written yet."""
        self._storage = storage
        self._unpublished = ExitStack()
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0
        self._files: list[_ParquetFile] = []

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows; they reach the disk a row group at a time."""
        if not batch.num_rows:
            return
        if self._held and batch.schema != self._held[0].schema:
            self._write_held()
        self._held.append(batch)
        self._held_bytes += batch.nbytes
        if self._held_bytes >= GROUP_BYTES:
            self._write_held()

    @property
    def is_empty(self) -> bool:
        """Whether no row was taken yet."""
        return not self._held and not self._files

    def publish(self, stem: str) -> tuple[PartEntry, ...]:
        """Close the files and make them visible as ``<stem>-<number>-<hash>.parquet``.

        The hash of the bytes is in the name, so two writers of one load never overwrite each other with other bytes.
        """
        self._write_held()
        with self._unpublished:
            return tuple(file.publish(f"{stem}-{number}") for number, file in enumerate(self._files))

    def drop(self) -> None:
        """Forget everything; nothing becomes visible."""
        self._held.clear()
        self._unpublished.close()

    def take(self, other: "Parts") -> None:
        """Become the owner of another series' files."""
        other._write_held()
        self._unpublished.push(other._unpublished.pop_all())
        self._files += other._files

    def _write_held(self) -> None:
        if not self._held:
            return
        table = pa.Table.from_batches(self._held)
        self._file_for(table.schema).write(table)
        self._held.clear()
        self._held_bytes = 0

    def _file_for(self, schema: pa.Schema) -> "_ParquetFile":
        last = self._files[-1] if self._files else None
        if last and last.schema == schema and last.bytes < PART_BYTES:
            return last
        output = self._unpublished.enter_context(self._storage.open_output())
        self._files.append(_ParquetFile(output, schema))
        return self._files[-1]


class _ParquetFile:
    """A Parquet file that is being written."""

    def __init__(self, output: "Output", schema: pa.Schema) -> None:
        self.schema = schema
        self.rows = 0
        self._output = output
        self._sink = _HashingSink(output.file)
        self._writer = pq.ParquetWriter(self._sink, schema, compression="zstd")

    @property
    def bytes(self) -> int:
        return self._sink.bytes

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=table.num_rows)
        self.rows += table.num_rows

    def publish(self, stem: str) -> PartEntry:
        self._writer.close()
        digest = self._sink.hash.hexdigest()
        key = f"{stem}-{digest[:8]}.parquet"
        self._output.publish(key)
        return PartEntry(path=key, rows=self.rows, bytes=self._sink.bytes, sha256=digest)


class _HashingSink:
    """A file that Parquet is written to, hashed on the way."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self.hash = sha256()
        self.bytes = 0
        self._file = file

    def write(self, data: bytes) -> int:
        self.hash.update(data)
        self.bytes += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()
