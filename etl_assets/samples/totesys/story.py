"""How large the business is and when it works: its first two years at once, then day by day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from etl_assets.samples.chance import Chance

OPENED: Final = datetime.fromisoformat("2023-01-02")
"""The first working day, a Monday."""
WEEK: Final = 5
HISTORY: Final = 104 * WEEK
"""The working days that a sample begins with."""


@dataclass(frozen=True)
class Story:
    """One sample.

    Orders grow with the scale; designs, staff, counterparties and addresses with its square root.

    Args:
        scale: 1 is about 11,000 sales, 5,000 purchases and 16,000 payments in the first two years.
        seed: Another seed, another business.
    """

    scale: int
    seed: int

    def chance(self, *stream: int | str) -> Chance:
        """The random numbers for one purpose."""
        return Chance(self.seed, *stream)

    def grown(self, size: float) -> int:
        """How many there are of what grows slowly."""
        return round(size * sqrt(self.scale))


def day_at(number: int) -> datetime:
    """The midnight at which a working day begins; 1 is the first, and nobody works at weekends."""
    weeks, rest = divmod(number - 1, WEEK)
    return OPENED + timedelta(days=7 * weeks + rest)


def at(day: datetime, hours: float) -> datetime:
    """A moment of a day, in whole milliseconds."""
    return day + timedelta(milliseconds=int(hours * 3_600_000))


def written(moment: datetime) -> str:
    """A moment as the database has it."""
    return moment.isoformat(" ", "milliseconds")


def date_after(day: datetime, days: int) -> str:
    """A day's date some days later, as the orders have it: text."""
    return (day + timedelta(days=days)).date().isoformat()
