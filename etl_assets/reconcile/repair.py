"""What differs, on its way into the lake: an ordinary batch of the table, after that with which a comparison begins."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from etl_assets.connectors.database.batch import Batch
from etl_assets.connectors.database.cells import lake_schema
from etl_assets.connectors.database.stamp import GONE, STAMPS, stamped
from etl_assets.lake.catalogue import Catalogue
from etl_assets.reconcile.rows import ends

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from etl_assets.connectors.database.source import Moment
    from etl_assets.lake.lake import Lake
    from etl_assets.lake.manifest import Manifest
    from etl_assets.reconcile.plan import Plan
    from etl_assets.reconcile.rows import Found, SourceRows


class Repair:
    """The rows that are to be brought in; they are in a file until they are all known.

    Args:
        file: Where.
        plan: How the table is compared.
        moment: The source as its snapshot found it.
    """

    def __init__(self, file: Path, plan: "Plan", moment: "Moment") -> None:
        """Nothing is to be brought in yet."""
        self.rows = 0
        self._file = file
        self._plan = plan
        self._moment = moment
        self._writer = pq.ParquetWriter(file, pa.schema([*lake_schema(plan.shape), *STAMPS]), compression="lz4")

    def __enter__(self) -> "Self":
        """Open for rows."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: "TracebackType | None"
    ) -> None:
        """Close the file."""
        self._writer.close()

    def add(self, found: "Sequence[Found]", source: "SourceRows") -> None:
        """Take rows that differ: as the source has them, or as gone."""
        if rows := [each.row for each in found if each.row is not None]:
            self._writer.write_table(source.taken(rows).cast(self._writer.schema))
        if gone := [each for each in found if each.row is None]:
            batches = stamped(iter([ends(gone, self._plan)]), self._plan.table, self._moment.at, GONE)
            for batch in batches:
                self._writer.write_batch(batch)
        self.rows += len(found)

    def commit(self, lake: "Lake", landed: "Sequence[Manifest]", watermark: "datetime | None") -> bool:
        """Land them; False when another extract came first.

        Args:
            lake: Where they go.
            landed: The table's batches, in order, as the comparison knows them.
            watermark: How far the extract has come with which it began.
        """
        self._writer.close()
        state = Catalogue(lake.storage).accepted(self._plan.dataset.name)
        if state is None or not self.rows:
            return False
        batch = Batch(self._plan.table, state, landed, lake, self._moment)
        batches = pq.ParquetFile(self._file).iter_batches()
        with batch.new(batches, None, keeps_equal=True) as rows:
            return bool(batch.commit(rows, watermark))
