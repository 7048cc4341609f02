"""What a batch of the processed zone holds. It is kept in the manifest, so progress lives with the data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from etl_assets.lake import decode


@dataclass(frozen=True, kw_only=True)
class Processed:
    """One batch of one table of a warehouse.

    Args:
        number: Of the table's batches, from 1; two runs that want the same number are told apart by the commit.
        version: The table's version in the warehouse's ledger.
        built_at: When that was built, in UTC: another warehouse's version of the same number was built at another time.
        definition: A fingerprint of the model that it was built by.
        consumed: The upstreams' versions that it was made of.
        is_whole: Whether these are all rows of the table; else those of the keys that loads have touched since the
            batch before.
    """

    number: int
    version: int
    built_at: datetime
    definition: str
    consumed: dict[str, int]
    is_whole: bool


def processed(found: object) -> Processed | None:
    """A batch as a manifest has it."""
    return None if found is None else Processed(**decode.decoded(_PROCESSED, found))


_PROCESSED: Final[Mapping[str, decode.Reader]] = {
    "number": decode.count,
    "version": decode.count,
    "built_at": decode.moment,
    "definition": decode.text,
    "consumed": decode.counts,
    "is_whole": decode.flag,
}
