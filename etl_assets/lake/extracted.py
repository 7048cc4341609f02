"""Where an extract from a database stood. It is kept in the manifest, so progress lives with the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from etl_assets.lake import decode


@dataclass(frozen=True, kw_only=True)
class Extracted:
    """One extract of one table. Times are the source's own, in UTC.

    Args:
        number: Of the table's extracts, from 1; two runs that want the same number are told apart by the commit.
        taken_at: The source's clock, read before the snapshot was taken.
        watermark: No row that was committed later is older than this, but for the look-back; None when
            none can be told.
        latest: The last ``_at`` of these rows; None when one of them does not fit.
        state: The number of the catalogue's state that the rows have.
        next_number: The transaction number that came next, after ``taken_at``; None where none was told.
    """

    number: int
    taken_at: datetime
    watermark: datetime | None
    latest: datetime | None
    state: int
    next_number: int | None = None


def extracted(found: object) -> Extracted | None:
    """An extract as a manifest has it. The number of older ones, ``after``, did not tell what it was taken for."""
    if isinstance(found, dict) and "after" in found:
        found = {"next_number": None, **{name: value for name, value in found.items() if name != "after"}}
    return None if found is None else Extracted(**decode.decoded(_EXTRACTED, found))


_EXTRACTED: Final[Mapping[str, decode.Reader]] = {
    "number": decode.count,
    "taken_at": decode.moment,
    "watermark": decode.optional(decode.moment),
    "latest": decode.optional(decode.moment),
    "state": decode.count,
    "next_number": decode.optional(decode.count),
}
