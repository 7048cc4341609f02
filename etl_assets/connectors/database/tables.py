"""What is extracted, declared: a table of the source, the column that says when a row changed, how far to look back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from etl_assets.datasets import Meaning
from etl_assets.errors import DeclarationError
from etl_assets.schema import Column

LOOK_BACK: Final = timedelta(minutes=10)
OBSERVED_COLUMNS: Final = (
    Column("changed_at", "timestamp", header="_at", description="From when on the row is as it is here."),
    Column("operation", header="_op", description="`U` for a row that is there, `D` for the end of its key."),
)
"""What an extract adds to the columns of a table whose rows are ``changes``."""


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """A table of a database.

    Args:
        dataset: The staging table's key, as ``totesys/staging/sales_order``.
        name: The table's name in the source.
        schema: Where it is there; of no meaning in SQLite.
        cursor: The column that a change moves; a timestamp that cannot be NULL.
        zone: Where the clock is that the cursor shows, as ``America/New_York``; of no meaning where it has a zone.
        look_back: How far before the watermark rows are read again. It covers clocks that differ and what is open
            where the source does not say since when.
        meaning: What its rows say: each holds from its cursor's time on (``changes``), or stands for itself (``rows``).
        heeds_open: Whether the watermark stays behind the oldest open transaction; off only to show what then is lost.
    """

    dataset: str
    name: str
    schema: str = "public"
    cursor: str = "last_updated"
    zone: str = "UTC"
    look_back: timedelta = LOOK_BACK
    meaning: Meaning = "changes"
    heeds_open: bool = True

    def __post_init__(self) -> None:
        """Refuse a look-back that looks forward, and a zone that there is not."""
        if self.look_back < timedelta(0):
            message = f"{self.dataset} looks back by {self.look_back}."
            raise DeclarationError(message, mend="Give a look_back that is not negative.")
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            message = f"{self.dataset} has the unknown zone {self.zone!r}."
            raise DeclarationError(message, mend="Give a name of the time zone database, as Europe/London.") from error
