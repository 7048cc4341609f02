"""How large the application is and when what happens in it."""

from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final

from etl_assets.samples.chance import Chance

OPENED: Final = datetime.fromisoformat("2018-11-01")
"""The first day that there are events of."""
HISTORY_DAYS: Final = 30
"""The days that a sample always has; more follow them."""
DAY_MS: Final = 86_400_000
EPOCH: Final = datetime.fromisoformat("1970-01-01")


@dataclass(frozen=True)
class Story:
    """One sample.

    Users and their events grow with the scale, songs with its square root.

    Args:
        scale: 1 is 100 users, and about 8,000 events in a month.
        seed: Another seed, other people.
    """

    scale: int
    seed: int

    def chance(self, *stream: int | str) -> Chance:
        """The random numbers for one purpose."""
        return Chance(self.seed, "sparkify", *stream)

    @property
    def users(self) -> int:
        """How many there are."""
        return 100 * self.scale

    @property
    def heard(self) -> int:
        """How many songs are played at all."""
        return round(1_000 * sqrt(self.scale))

    @property
    def known(self) -> int:
        """How many songs have a file."""
        return round(80 * sqrt(self.scale))

    @property
    def late(self) -> int:
        """How many of them get it after the history, one a day."""
        return round(20 * sqrt(self.scale))
