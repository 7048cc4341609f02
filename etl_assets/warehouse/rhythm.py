"""Tables whose folder got nothing for longer than they are declared to wait for a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from etl_assets.datasets import Dataset
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine


@dataclass(frozen=True, kw_only=True)
class Late:
    """A table that waits for a file.

    Args:
        dataset: Its name.
        newest_at: The time of its newest file, UTC, which is at most when it was written; None when none has ever been
            loaded.
        due_at: By when another one was due; None likewise.
    """

    dataset: str
    newest_at: datetime | None
    due_at: datetime | None

    def said(self) -> str:
        """In words."""
        if self.newest_at is None:
            return f"{self.dataset} has never got a file"
        newest, due = f"{self.newest_at:%Y-%m-%d %H:%M}", f"{self.due_at:%Y-%m-%d %H:%M}"
        return f"{self.dataset} has its newest file of {newest}, and another was due by {due}"


def late(engine: Engine, datasets: Sequence[Dataset], now: datetime) -> tuple[Late, ...]:
    """The tables that wait for a file longer than they are declared to.

    Args:
        engine: The warehouse.
        datasets: What is declared; those without a rhythm are never late.
        now: The time, UTC without a zone.

    Raises:
        WarehouseError: When it cannot be reached.
    """
    newest: dict[str, datetime] = {}
    if engine.exists():
        with engine.reading() as session:
            newest = dict(session.ask("status/arrived")) if ledger.exists(session) else {}
    found: list[Late] = []
    for dataset in datasets:
        at = newest.get(dataset.name)
        due = at + dataset.arrives_within if at and dataset.arrives_within else None
        if dataset.arrives_within and (due is None or due < now):
            found.append(Late(dataset=dataset.name, newest_at=at, due_at=due))
    return tuple(found)
