"""From when on a row of an extract holds, and what it says: ``_at`` and ``_op``, beside the source's own columns.

A row holds from its cursor's time on, as far as that can be believed: ``fresh.py`` moves it where the lake knows the
key from a later time already. The cursor stays as the source has it; ``_at`` is in UTC.
"""

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from etl_assets.arrow import moments, repeated_text, texts
from etl_assets.connectors.database.cells import PROBLEM, RAW, readable
from etl_assets.connectors.database.zones import Clock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from etl_assets.connectors.database.tables import SourceTable

AT: Final = "_at"
OP: Final = "_op"
SET: Final = "U"
GONE: Final = "D"
STAMPS: Final = pa.schema([pa.field(AT, pa.timestamp("us"), nullable=False), pa.field(OP, pa.string(), nullable=False)])


def stamped(
    batches: "Iterable[pa.RecordBatch]", table: "SourceTable", seen_at: datetime, op: str = SET
) -> "Iterator[pa.RecordBatch]":
    """Rows with the time of their cursor, or that of the snapshot where it is none, and an operation.

    Args:
        batches: As ``cells.lake_schema`` says.
        table: Whose they are.
        seen_at: The source's clock.
        op: What the rows say.
    """
    clock = Clock(table.zone)
    for batch in batches:
        told = clock.all_meant(_told(batch, table.cursor))
        at = pc.call_function("coalesce", [told, moments([seen_at])[0]])
        columns = [*batch.columns, at, repeated_text(op, batch.num_rows)]
        yield pa.RecordBatch.from_arrays(columns, schema=pa.schema([*batch.schema, *STAMPS]))


def _told(batch: pa.RecordBatch, cursor: str) -> pa.Array:
    """The cursor's times; of a row that does not fit, what its text says."""
    times = batch.column(cursor)
    if batch.column(PROBLEM).null_count == batch.num_rows:
        return times
    raw = texts(None if each is None else json.loads(each)[cursor] for each in batch.column(RAW).to_pylist())
    return pc.call_function("coalesce", [times, readable(raw, times.type)])
