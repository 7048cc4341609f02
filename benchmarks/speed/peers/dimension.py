"""What the tools have in common: a dimension alone, brought up to date day by day."""

from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.history.environments import PEERS, python_of
from benchmarks.speed.lives import Delivery
from benchmarks.speed.ways import Place, Way, WrongCount

CASES: Final = ("initial", "changes", "noop", "first_snapshot", "snapshot", "same_snapshot")
"""Those that have no facts."""
_FIRST_DAY: Final = datetime(2024, 1, 2, tzinfo=UTC)


class Tool(Way):
    """Another tool, in an environment of its own that has its name."""

    def __init__(self, place: Place) -> None:
        """Make the environment, when it is not there yet."""
        super().__init__(place)
        self._python = python_of(next(peer for peer in PEERS if peer.name == self.NAME.lower()))

    def takes(self, delivery: Delivery) -> bool:
        """It has no facts."""
        return delivery.case in CASES


def moment_of(delivery: Delivery) -> datetime:
    """When a tool is told to run: on a day of its own for each delivery of a life."""
    return _FIRST_DAY + timedelta(days=CASES.index(delivery.case) % 3)


def refuse_other_count(way: str, delivery: Delivery, versions: int) -> None:
    """See that a tool ends with the versions that the data asks for.

    Raises:
        WrongCount: When it does not.
    """
    if versions != delivery.versions:
        message = f"{way}, {delivery.case}: {versions} versions, and {delivery.versions} are right."
        raise WrongCount(message)
