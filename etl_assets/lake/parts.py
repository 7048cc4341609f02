"""Record batches into a series of Parquet files, none of them visible until it is published."""

from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.lake.manifest import PartEntry

if TYPE_CHECKING:
    from etl_assets.lake.storage import Output, Storage

GROUP_BYTES: Final = 8 * 1024 * 1024
"""A row group is written when so many bytes of rows are held."""
PART_BYTES: Final = 512 * 1024 * 1024
"""A file that has reached this size is followed by another."""
_DELTAS: Final = "DELTA_BINARY_PACKED"
"""Numbers are those of rows, and differ little. Text goes to zstd as it is: a dictionary costs time and space."""


class Parts:
    """Parquet files of one schema each, opened as the batches ask for them.

    Args:
        storage: Where they go.
    """

    def __init__(self, storage: "Storage") -> None:
        """Nothing is written yet."""
        self._storage = storage
        self._outputs = ExitStack()
        self._files: list[_ParquetFile] = []
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0

    @property
    def is_empty(self) -> bool:
        """Whether no row was taken yet."""
        return not self._held and not self._files

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

    def add_all(self, files: "Parts") -> None:
        """Take over the files of another series, which is empty afterwards."""
        written, outputs = files.detach()
        self._files += written
        self._outputs.push(outputs)

    def detach(self) -> "tuple[list[_ParquetFile], ExitStack]":
        """Give the files and the duty to drop them away."""
        self._write_held()
        written, self._files = self._files, []
        return written, self._outputs.pop_all()

    def publish(self, stem: str) -> tuple[PartEntry, ...]:
        """Close the files and make them visible as ``<stem>-<number>-<hash>.parquet``.

        With the bytes' hash in the name, two writers of one load never overwrite each other's files with other bytes.
        """
        self._write_held()
        with self._outputs:
            return tuple(file.publish(f"{stem}-{number}") for number, file in enumerate(self._files))

    def drop(self) -> None:
        """Forget everything; nothing becomes visible."""
        self._held.clear()
        self._files.clear()
        self._outputs.close()

    def _write_held(self) -> None:
        if self._held:
            table = pa.Table.from_batches(self._held)
            self._file_for(table.schema).write(table)
        self._held.clear()
        self._held_bytes = 0

    def _file_for(self, schema: pa.Schema) -> "_ParquetFile":
        last = self._files[-1] if self._files else None
        if last and last.schema == schema and last.output.size < PART_BYTES:
            return last
        output = self._outputs.enter_context(self._storage.open_output())
        self._files.append(_ParquetFile(output, schema))
        return self._files[-1]


class _ParquetFile:
    """A Parquet file that is being written."""

    def __init__(self, output: "Output", schema: pa.Schema) -> None:
        self.output = output
        self.schema = schema
        self._rows = 0
        numbers = {field.name: _DELTAS for field in schema if pa.types.is_integer(field.type)}
        self._writer = pq.ParquetWriter(
            output, schema, compression="zstd", use_dictionary=False, column_encoding=numbers or None
        )

    def write(self, table: pa.Table) -> None:
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._rows += table.num_rows

    def publish(self, stem: str) -> PartEntry:
        self._writer.close()
        key = f"{stem}-{self.output.sha256[:8]}.parquet"
        self.output.publish(key)
        return PartEntry(path=key, rows=self._rows, bytes=self.output.size, sha256=self.output.sha256)
