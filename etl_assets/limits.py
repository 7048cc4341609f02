"""How much of an operational database may be asked for at once, and how long it may take."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The limits of every source.

    Args:
        connections: How many are open at once; where there are several, one keeps the snapshot and the others read.
        statement_seconds: How long one statement may take; the server ends it.
        stall_seconds: A connection on which nothing has moved for so long is ended.
    """

    connections: int = 3
    statement_seconds: float = 3600.0
    stall_seconds: float = 60.0
