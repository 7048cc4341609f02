"""The ledgers: what has been loaded, built and consumed, kept beside the data and written in its transactions."""

from datetime import UTC, datetime
from typing import Final

from etl_assets.warehouse.engines.base import Session

TABLES: Final = (
    "loads",
    "files",
    "quarantine",
    "datasets",
    "models",
    "builds",
    "repoints",
    "members",
    "gone_keys",
    "checks",
    "dimensions",
    "failures",
    "dead_letters",
)


def ensure(session: Session) -> None:
    """Make the ledgers that are missing."""
    if set(TABLES) <= _there(session):
        return
    session.lock(["etl"])
    session.run("create schema if not exists etl")
    there = _there(session)
    for table in TABLES:
        if table not in there:
            session.do(f"ledger/create_{table}")


def _there(session: Session) -> set[str]:
    return {name for (name,) in session.ask("ledger/there")}


def exists(session: Session) -> bool:
    """Whether anything was ever written to this warehouse."""
    return bool(session.columns("etl", TABLES[0]))


def note_failure(session: Session, asset: str, message: str) -> None:
    """Write down that the load or build of an asset failed, and why."""
    forget_failure(session, asset)
    values = {"asset": asset, "message": message, "failed_at": datetime.now(UTC).replace(tzinfo=None)}
    session.do("ledger/insert_failure", values=values)


def forget_failure(session: Session, asset: str) -> None:
    """Write down that an asset is loaded or built."""
    session.do("ledger/forget_failure", values={"asset": asset})


def loaded_ids(session: Session, dataset: str) -> set[str]:
    """The manifests that a dataset has loaded."""
    return {row[0] for row in session.ask("ledger/loaded_ids", values={"dataset": dataset})}


def known_files(session: Session, dataset: str) -> set[int]:
    """The files of a dataset that have been loaded, or put into the quarantine whole."""
    return {row[0] for row in session.ask("ledger/known_files", values={"dataset": dataset})}


def dataset_version(session: Session, dataset: str) -> int:
    """The number of a dataset's last load; 0 before the first."""
    return session.ask("ledger/dataset_version", values={"name": dataset})[0][0]


def model_version(session: Session, model: str) -> int:
    """The number of a model's last build that wrote; 0 before the first."""
    return session.ask("ledger/model_version", values={"name": model})[0][0]


def declaration(session: Session, dataset: str) -> str | None:
    """How a dataset's observations are kept, as the last load wrote it down."""
    rows = session.ask("ledger/declaration", values={"dataset": dataset})
    return rows[0][0] if rows else None


def declare(session: Session, dataset: str, text: str) -> None:
    """Write down how a dataset's observations are kept for the first time."""
    session.do("ledger/declare", values={"dataset": dataset, "declaration": text})


def redeclare(session: Session, dataset: str, text: str) -> None:
    """Write down that they are read otherwise now: every model that reads them asks all of them again."""
    session.do("ledger/redeclare", values={"dataset": dataset, "declaration": text})
    session.do("ledger/forget_consumers", values={"dataset": dataset})


def count_dataset(session: Session, dataset: str, rows: int) -> None:
    """Write down how many rows a dataset's table shows."""
    session.do("ledger/count_dataset", values={"dataset": dataset, "rows_now": rows})


def rows_now(session: Session, dataset: str) -> int:
    """The rows that a dataset's table shows since its last load."""
    return session.ask("ledger/rows_now", values={"dataset": dataset})[0][0]
