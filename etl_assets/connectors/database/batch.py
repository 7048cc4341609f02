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
from etl_assets.connectors.database.fresh import fresh_rows
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


class Batch:
    """What is written of one table, and what is known of it afterwards.

    Args:
        table: The table.
        state: The catalogue's state that its rows have.
        landed: The table's manifests before, in order.
        zone: Where the rows go.
    """

    def __init__(self, table: "SourceTable", state: "State", landed: Sequence[Manifest], zone: "Lake") -> None:
        """Nothing is read yet."""
        self.read = 0
        self.rows = 0
        self.problems = 0
        self._latest: datetime | None = None
        self._table = table
        self._state = state
        self._landed = landed
        self._zone = zone
        self._schema = pa.schema([("_file", pa.int32()), ("_row", pa.int64()), ("_line", pa.int64())])

    @contextmanager
    def new(self, batches: Iterable[pa.RecordBatch], since: datetime | None) -> "Generator[Iterator[pa.RecordBatch]]":
        """Those of the rows that the lake does not hold; where it holds none, they are not kept anywhere on the way."""
        counted = self._counted(batches)
        if not (parts := self._parts(since)):
            yield counted
            return
        with TemporaryDirectory(prefix="etl-extract-") as folder:
            fetched = Path(folder) / "fetched.parquet"
            with pq.ParquetWriter(fetched, lake_schema(self._state.shape), compression="lz4") as writer:
                for batch in counted:
                    writer.write_batch(batch)
            yield fresh_rows(fetched, parts, self._state.shape.key, self._state.shape.names) if self.read else iter(())

    def commit(self, batches: Iterable[pa.RecordBatch], moment: "Moment", watermark: datetime | None) -> str:
        """Write the rows and make them exist; gives the load's id, or nothing when there was nothing to tell."""
        number = self._landed[-1].extract.number + 1 if self._landed and self._landed[-1].extract else 1
        path = f"{self._table.name}/{number:08}"
        load_id = load_id_of(self._table.dataset, [(path, str(number))])
        with self._zone.writer(self._table.dataset) as writer:
            self.rows = writer.write_file(self._with_origin(batches))
            if not self.rows and not self._is_other_state():
                return ""
            parts = writer.publish(load_id, f"{moment.at:%Y-%m-%d}")
        reach("extract.after_data")
        extract = Extracted(
            number=number,
            taken_at=moment.at,
            watermark=watermark,
            latest=self._latest,
            state=self._state.number,
            after=moment.after,
        )
        entry = self._entry(path, parts, moment)
        manifest = Manifest(
            load_id=load_id, dataset=self._table.dataset, files=(entry,), parts=parts, rows=self.rows, extract=extract
        )
        reach("extract.before_manifest")
        is_committed = self._zone.commit(manifest)
        reach("extract.after_manifest")
        return load_id if is_committed else ""

    def _is_other_state(self) -> bool:
        last = self._landed[-1].extract if self._landed else None
        return last is not None and last.state != self._state.number

    def _entry(self, path: str, parts: Sequence[PartEntry], moment: "Moment") -> FileEntry:
        """The batch as a delivery: in the order of the extracts, though the source's clock may go back."""
        before = [entry.order_at + _TICK for manifest in self._landed[-1:] for entry in manifest.files]
        return FileEntry(
            dataset=self._table.dataset,
            path=path,
            sha256=sha256("".join(part.sha256 for part in parts).encode()).hexdigest(),
            size=sum(part.bytes for part in parts),
            modified_at=moment.at,
            order_at=max(moment.at, *before) if before else moment.at,
            meaning=self._table.meaning,
            rows=self.rows,
            problem_rows=self.problems,
        )

    def _parts(self, since: datetime | None) -> list[Path]:
        """What may hold rows that are read again, and all that was landed after it; later columns may be more."""
        same = [each for each in self._landed if each.extract and each.extract.state >= self._state.epoch]
        while same and since and (last := same[0].extract) and last.latest and last.latest < since:
            same = same[1:]
        return [self._zone.storage.local_path(part.path) for each in same for part in each.parts]

    def _counted(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.read += batch.num_rows
            yield batch

    def _with_origin(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows in the form in which those of files are: with their place, and why one does not fit."""
        written, latest, are_dated = 0, None, True
        for batch in batches:
            cursor = batch.column(self._table.cursor)
            self.problems += batch.num_rows - batch.column(PROBLEM).null_count
            latest = max(filter(None, (latest, pc.call_function("max", [cursor]).as_py())), default=None)
            are_dated = are_dated and not cursor.null_count
            place = numbers(np.arange(written + 1, written + batch.num_rows + 1))
            written += batch.num_rows
            columns = [*batch.columns, repeated(0, batch.num_rows, pa.int32()), place, place]
            yield pa.RecordBatch.from_arrays(columns, schema=pa.schema([*batch.schema, *self._schema]))
            self._latest = latest if are_dated else None
