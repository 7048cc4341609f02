"""How hard a storm blows."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Weather:
    """How hard it blows.

    Args:
        quick: Writers that make most of the commits.
        slow: Writers that are always in a transaction.
        commits: How many commits the quick writers make together.
        seconds: In how long, if the server can; 0 is as fast as it goes.
        seed: Another seed, other rows and pauses.
        pauses: The share of quick commits that come late, by up to ``pause_seconds``.
        pause_seconds: How late at most.
        slow_seconds: How long the transactions of slow writers are open, from and to.
        updates: The share of writes that change a row of the writer's own.
        silent: The share of those that leave ``last_updated`` where it is.
        deletes: The share of writes that take such a row away.
    """

    quick: int = 6
    slow: int = 16
    commits: int = 100_000
    seconds: float = 120.0
    seed: int = 1
    pauses: float = 0.05
    pause_seconds: float = 0.04
    slow_seconds: tuple[float, float] = (0.3, 2.0)
    updates: float = 0.4
    silent: float = 0.0
    deletes: float = 0.0
