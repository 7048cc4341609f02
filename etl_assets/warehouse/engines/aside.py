"""A place beside a warehouse in which it is made again, and what swaps it in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from etl_assets.warehouse.engines.base import Engine, Session

OWNERS: Final = {
    "loads": "dataset",
    "files": "dataset",
    "quarantine": "dataset",
    "datasets": "dataset",
    "models": "model",
    "builds": "model",
    "repoints": "fact",
    "members": "fact",
    "gone_keys": "dimension",
    "checks": "model",
    "dimensions": "dimension",
    "failures": "asset",
}
"""The column of each ledger by which a row belongs to a warehouse."""


@dataclass(frozen=True, kw_only=True)
class Swapped:
    """What became of what else was there.

    Args:
        kept: Tables and views in the warehouse's schemas that are not declared, left as they were.
        remade: Views of others that read the warehouse, made anew over the new tables.
    """

    kept: tuple[str, ...] = ()
    remade: tuple[str, ...] = ()


class Aside(Protocol):
    """The place, and the warehouse that stands meanwhile."""

    @property
    def engine(self) -> "Engine":
        """Where the new one is made."""
        ...

    @property
    def old(self) -> "Engine":
        """Where the ledgers of the old one are."""
        ...

    def begin(self) -> None:
        """Let there be nothing of the warehouse in the place."""
        ...

    def swap(self, is_whole: Callable[["Session"], bool]) -> Swapped | None:
        """Put the new one in the place of the old one; None when that has changed meanwhile.

        Args:
            is_whole: Asked, over the old one, when nobody else can write to it any more.
        """
        ...
