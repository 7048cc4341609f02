"""Arrow batches that wait on the disk, so that memory stays flat however many there are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pyarrow as pa


class Spool:
    """A file of batches: first written, then read as often as one likes.

    Args:
        file: Where it is.
        schema: Of the batches.
    """

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        """Open it for writing."""
        self._file = file
        self.schema = schema
        self.rows = 0
        self._writer = pa.ipc.new_stream(str(file), schema)

    def add(self, batch: pa.RecordBatch) -> None:
        """Write a batch."""
        self.rows += batch.num_rows
        self._writer.write_batch(batch)

    def close(self) -> Self:
        """Write no more."""
        self._writer.close()
        return self

    def reader(self) -> pa.RecordBatchReader:
        """All batches."""
        return pa.RecordBatchReader.from_batches(self.schema, self._batches())

    def _batches(self) -> Iterator[pa.RecordBatch]:
        with pa.OSFile(str(self._file)) as file, pa.ipc.open_stream(file) as stream:
            yield from stream
