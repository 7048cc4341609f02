"""The rows of one table in one snapshot, from the source to the manifest."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl_assets.arrow import numbers, repeated
from etl_assets.connectors.database.cells import PROBLEM, lake_schema
from etl_assets.connectors.database.fresh import Landed, fresh_rows
from etl_assets.connectors.database.stamp import AT, STAMPS
from etl_assets.failpoints import reach
from etl_assets.lake.extracted import Extracted
from etl_assets.lake.manifest import FileEntry, Manifest, PartEntry, load_id_of

if TYPE_CHECKING:
    from collections.abc import Generator

    from etl_assets.connectors.database.source import Moment
    from etl_assets.connectors.database.tables import SourceTable
    from etl_assets.lake.catalogue import State
    from etl_assets.lake.lake import Lake

_TICK: Final = timedelta(microseconds=1)
ORIGIN: Final = pa.schema([("_file", pa.int32()), ("_row", pa.int64()), ("_line", pa.int64())])


class Batch:
    """What is written of one table, and what is known of it afterwards.

    Args:
        table: The table.
        state: The catalogue's state that its rows have.
        landed: The table's manifests before, in order.
        zone: Where the rows go.
        moment: The source as the snapshot found it.
    """

    def __init__(
        self, table: "SourceTable", state: "State", landed: Sequence[Manifest], zone: "Lake", moment: "Moment"
    ) -> None:
        """Nothing is read yet."""
        self.read = 0
        self.rows = 0
        self.problems = 0
        self._latest: datetime | None = None
        self._table = table
        self._state = state
        self._landed = landed
        self._zone = zone
        self._moment = moment

    @contextmanager
    def new(
        self, batches: Iterable[pa.RecordBatch], since: datetime | None, *, keeps_equal: bool = False
    ) -> "Generator[Iterator[pa.RecordBatch]]":
        """Those of the rows that the lake does not hold; where it holds none, they are not kept anywhere on the way.

        Args:
            batches: The rows, with ``_at`` and ``_op``.
            since: No row of them has an earlier time in its cursor; None when any may be among them.
            keeps_equal: Whether rows are taken though the lake holds them.
        """
        counted, landed = self._counted(batches), self._landed_before(since)
        if not landed.files:
            yield counted
            return
        with TemporaryDirectory(prefix="etl-extract-") as folder:
            fetched = Path(folder) / "fetched.parquet"
            schema = pa.schema([*lake_schema(self._state.shape), *STAMPS])
            with pq.ParquetWriter(fetched, schema, compression="lz4") as writer:
                for batch in counted:
                    writer.write_batch(batch)
            yield fresh_rows(fetched, landed, self._moment.at, keeps_equal=keeps_equal) if self.read else iter(())

    def commit(self, batches: Iterable[pa.RecordBatch], watermark: datetime | None) -> str:
        """Write the rows and make them exist; gives the load's id, or nothing when there was nothing to tell."""
        number = self._landed[-1].extract.number + 1 if self._landed and self._landed[-1].extract else 1
        path = f"{self._table.name}/{number:08}"
        load_id = load_id_of(self._table.dataset, [(path, str(number))])
        with self._zone.writer(self._table.dataset) as writer:
            self.rows = writer.write_file(self._with_origin(batches))
            if not self.rows and not self._is_news(watermark):
                return ""
            parts = writer.publish(load_id, f"{self._moment.at:%Y-%m-%d}")
        reach("extract.after_data")
        extract = Extracted(
            number=number,
            taken_at=self._moment.at,
            watermark=watermark,
            latest=self._latest,
            state=self._state.number,
            next_number=self._moment.next_number,
        )
        entry = self._entry(path, parts)
        manifest = Manifest(
            load_id=load_id, dataset=self._table.dataset, files=(entry,), parts=parts, rows=self.rows, extract=extract
        )
        reach("extract.before_manifest")
        is_committed = self._zone.commit(manifest)
        reach("extract.after_manifest")
        return load_id if is_committed else ""

    def _is_news(self, watermark: datetime | None) -> bool:
        """Whether there is something to tell without rows: other columns, or from where on is read from now on."""
        last = self._landed[-1].extract if self._landed else None
        has_first = last is not None and last.watermark is None and watermark is not None
        return last is not None and (last.state != self._state.number or has_first)

    def _entry(self, path: str, parts: Sequence[PartEntry]) -> FileEntry:
        """The batch as a delivery: in the order of the extracts, though the source's clock may go back."""
        before = [entry.order_at + _TICK for manifest in self._landed[-1:] for entry in manifest.files]
        return FileEntry(
            dataset=self._table.dataset,
            path=path,
            sha256=sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
            size=sum(part.bytes for part in parts),
            modified_at=self._moment.at,
            order_at=max(self._moment.at, *before) if before else self._moment.at,
            meaning=self._table.meaning,
            rows=self.rows,
            problem_rows=self.problems,
        )

    def _landed_before(self, since: datetime | None) -> Landed:
        """What may hold the last row of a key whose cursor is at or after a time.

        No ``_at`` is before its row's cursor, and those of a key rise. So a batch that ends before the time holds no
        such row that is not followed by another one.
        """
        same, older = list[Path](), list[Path]()
        for each in self._landed:
            told = each.extract
            if told and not (since and told.latest and told.latest < since):
                parts = [self._zone.storage.local_path(part.path) for part in each.parts]
                (same if told.state >= self._state.epoch else older).extend(parts)
        shape = self._state.shape
        return Landed(parts=same, older=older, key=shape.key, columns=shape.names)

    def _counted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.read += batch.num_rows
            yield batch

    def _with_origin(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows with their place; what is known of them afterwards is noted."""
        latest, are_dated = None, True
        for batch in placed(batches):
            problems = batch.num_rows - batch.column(PROBLEM).null_count
            self.problems += problems
            latest = max(filter(None, (latest, pc.call_function("max", [batch.column(AT)]).as_py())), default=None)
            are_dated = are_dated and not problems
            yield batch
            self._latest = latest if are_dated else None


def placed(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Rows in the form in which those of files are: with their place, from 1."""
    written = 0
    for batch in batches:
        place = numbers(np.arange(written + 1, written + batch.num_rows + 1))
        written += batch.num_rows
        columns = [*batch.columns, repeated(0, batch.num_rows, pa.int32()), place, place]
        yield pa.RecordBatch.from_arrays(columns, schema=pa.schema([*batch.schema, *ORIGIN]))
