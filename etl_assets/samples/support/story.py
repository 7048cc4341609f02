"""How large the department is and when what happens in it."""

from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from etl_assets.samples.chance import Chance

FOUNDED = 2010
CASE_YEARS = range(2011, 2015)
HANDOVER = datetime.fromisoformat("2015-01-01")
"""When the history is exported; after it there is one export a day."""


def new_year(year: int) -> datetime:
    """The year's first moment."""
    return datetime.fromisoformat(f"{year}-01-01")


@dataclass(frozen=True)
class Story:
    """One sample.

    Cases and their logs grow with the scale, analysts and products with its square root.

    Args:
        scale: 1 is the size of a small department: 200 analysts, 1,000 products, 100 cases a year.
        seed: Another seed, another department.
    """

    scale: int
    seed: int

    def chance(self, *stream: int | str) -> Chance:
        """The random numbers for one purpose."""
        return Chance(self.seed, *stream)

    @property
    def analysts(self) -> int:
        """How many work there at a time."""
        return self._grown(200)

    @property
    def products(self) -> tuple[int, int, int]:
        """How many lines, groups and products there are."""
        return self._grown(264), self._grown(238), self._grown(1000)

    @property
    def cases_a_year(self) -> int:
        """New cases in each year of the history."""
        return 100 * self.scale

    @property
    def cases_a_day(self) -> int:
        """New cases in each export after it."""
        return 8 * self.scale

    @property
    def backlog(self) -> int:
        """The cases, always the last ones, whose log is not yet exported."""
        return 25 * self.scale

    @property
    def caught_up_a_day(self) -> int:
        """How many of the backlog each export has again, with their log; as many new ones join the backlog."""
        return 2 * self.scale

    def _grown(self, size: int) -> int:
        return round(size * sqrt(self.scale))
