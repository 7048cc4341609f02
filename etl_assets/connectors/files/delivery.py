"""One delivered file into the lake: its rows, or its bytes when it has no rows that can be told apart."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from etl_assets.ahead import ahead
from etl_assets.connectors.files.stream import HashedFile, opened
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.datasets import END_OF_TIME, Csv, Dms, Json, Parquet
from etl_assets.lake.manifest import FileEntry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    import pyarrow as pa

    from etl_assets.connectors.files.landing import LandedFile
    from etl_assets.connectors.files.patterns import Claim
    from etl_assets.lake.lake import Lake
    from etl_assets.lake.writer import LoadWriter
    from etl_assets.schema import Column


@dataclass(frozen=True)
class Delivery:
    """A landed file, its place, its content's hash, and whether its path had that content before another."""

    file: "LandedFile"
    claim: "Claim"
    sha256: str
    is_return: bool = False

    @property
    def order_at(self) -> "datetime":
        """Its place in the order: the time in its name, else when it was last written."""
        return self.claim.named_at or self.file.modified_at

    def write(self, place: int, writer: "LoadWriter", lake: "Lake") -> FileEntry:
        """Write its rows, or keep its bytes.

        Args:
            place: Among the files of the load.
            writer: For its rows.
            lake: For its bytes.

        Raises:
            FileUnavailable: When it changed meanwhile or cannot be read; then nothing of it is written.
        """
        content = _Content(self, place, lake.storage.aside)
        try:
            rows = writer.write_file(ahead(content.batches()))
        except Unreadable as error:
            original = self._kept_original(lake)
            return self._entry(content, rows=0, problem_rows=0, reason=str(error), original=original)
        return self._entry(content, rows=rows, problem_rows=content.problem_rows)

    def _kept_original(self, lake: "Lake") -> str:
        with self.file.open() as raw:
            key = lake.keep_original(self.claim.dataset.name, self.sha256, HashedFile(self.file, raw))
        if key is None:
            raise self.file.changed()
        return key

    def _entry(
        self, content: "_Content", *, rows: int, problem_rows: int, reason: str = "", original: str | None = None
    ) -> FileEntry:
        return FileEntry(
            dataset=self.claim.dataset.name,
            path=self.file.path,
            sha256=self.sha256,
            size=self.file.size,
            modified_at=self.file.modified_at,
            order_at=self.order_at,
            meaning=self.claim.pattern.meaning,
            rows=rows,
            problem_rows=problem_rows,
            status="unreadable" if reason else "read",
            reason=reason,
            notes=tuple(content.notes),
            fingerprint=self.file.fingerprint,
            is_return=self.is_return,
            original=original,
        )


@dataclass
class _Content:
    """A delivery's rows, counted while they pass."""

    delivery: Delivery
    place: int
    aside: "Path"
    problem_rows: int = 0
    notes: list[str] = field(default_factory=list)

    def batches(self) -> "Iterator[pa.RecordBatch]":
        for batch in self._read():
            self.problem_rows += batch.num_rows - batch.column("_problem").null_count
            yield batch

    def _read(self) -> "Iterator[pa.RecordBatch]":
        from etl_assets.connectors.files.csv import CsvReader  # noqa: PLC0415 - pyarrow is slow to import
        from etl_assets.connectors.files.dms import DmsReader  # noqa: PLC0415 - as above
        from etl_assets.connectors.files.excel import ExcelReader  # noqa: PLC0415 - as above
        from etl_assets.connectors.files.json import JsonReader  # noqa: PLC0415 - as above
        from etl_assets.connectors.files.parquet import ParquetReader  # noqa: PLC0415 - as above

        form, columns = self.delivery.claim.pattern.format, self._columns()
        with opened(self.delivery.file, self.delivery.sha256) as stream:
            if isinstance(form, Csv):
                reader = CsvReader(stream, columns, form)
            elif isinstance(form, Json):
                reader = JsonReader(stream, columns, form)
            elif isinstance(form, Dms):
                reader = DmsReader(stream, columns, form, order_at=self.delivery.order_at)
            elif isinstance(form, Parquet):
                reader = ParquetReader(stream, columns, form, aside=self.aside)
            else:
                reader = ExcelReader(stream.read(), columns, form)
            self.notes = reader.notes
            yield from reader.batches(self.place)

    def _columns(self) -> "list[Column]":
        """The columns as such a file has them; those that it may lack have a ``since``.

        One of a later time it may lack, or, without a header, lacks. With a header, a snapshot may lack what a change
        says of itself, its time and operation: the snapshot has the file's time.
        """
        pattern, at = self.delivery.claim.pattern, self.delivery.order_at
        dataset = self.delivery.claim.dataset
        columns = dataset.columns
        later = {column.name for column in columns if column.since and column.since > at}
        if isinstance(pattern.format, Csv | Dms) and not pattern.format.header:
            columns = tuple(column for column in columns if column.name not in later)
            return [replace(column, since=None) for column in columns]
        if pattern.meaning == "snapshot":
            told = {dataset.effective_at, dataset.op}
            later |= {column.name for column in columns if column.name in told and column.nullable}
        return [replace(column, since=END_OF_TIME if column.name in later else None) for column in columns]
