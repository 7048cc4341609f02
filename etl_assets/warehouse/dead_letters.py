"""Deliveries that are not tried again, kept beside the data."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from etl_assets.names import delivery_key
from etl_assets.warehouse.engines import Engine, Session


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A delivery that was given up.

    Args:
        dataset: The staging table's key.
        path: Below the warehouse's landing folder.
        version: Of the file.
        attempts: How often it was tried.
        reason: What was last wrong.
        given_up_at: When, UTC.
    """

    dataset: str
    path: str
    version: str
    attempts: int
    reason: str
    given_up_at: datetime

    @property
    def key(self) -> str:
        """``analysts.csv@0123456789ab``."""
        return delivery_key(self.path, self.version)


def dead_letters(session: Session, warehouse: str) -> tuple[DeadLetter, ...]:
    """Those of a warehouse; none where the ledgers are older than this one."""
    if not session.columns("etl", "dead_letters"):
        return ()
    columns = ("dataset", "path", "version", "attempts", "reason", "given_up_at")
    found = session.ask("status/dead_letters", values={"warehouse": f"{warehouse}/%"})
    return tuple(DeadLetter(**dict(zip(columns, row, strict=True))) for row in found)


def keep(engine: Engine, letters: Iterable[DeadLetter], *, before: Callable[[], None] = lambda: None) -> None:
    """Write down that deliveries are given up.

    Args:
        engine: The warehouse.
        letters: The deliveries.
        before: Called when all is written and not yet committed: what it does is not done where nothing can be
            written, and done again when it fails, or when the process ends just then.
    """
    with engine.writing() as session:
        for letter in letters:
            session.do("ledger/forget_dead_letter", values=asdict(letter))
            session.do("ledger/insert_dead_letter", values=asdict(letter))
        before()


def forget(engine: Engine, letters: Iterable[DeadLetter]) -> None:
    """Write down that deliveries are no longer given up."""
    with engine.writing() as session:
        for letter in letters:
            session.do("ledger/forget_dead_letter", values=asdict(letter))
