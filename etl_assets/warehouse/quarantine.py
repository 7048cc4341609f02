"""What is in the quarantine, file by file and row by row, as the ledgers tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines.base import Engine, Row


@dataclass(frozen=True, kw_only=True)
class Held:
    """A delivery that is in the quarantine, whole or with some of its rows.

    Args:
        dataset: The staging table's key.
        file_id: The delivery.
        path: Below the landing folder.
        rows: The rows of it that did not fit; 0 when it is there whole.
        is_whole: Whether all of it is there, since its rows could not be told apart or a load refused it.
        reasons: How many rows, or files, each reason has.
        since: When it was loaded, UTC; None where no load tells.
        is_replaced: Whether a newer delivery of the path is loaded.
    """

    dataset: str
    file_id: int
    path: str
    rows: int
    is_whole: bool
    reasons: dict[str, int]
    since: datetime | None
    is_replaced: bool


@dataclass(frozen=True, kw_only=True)
class HeldRow:
    """A row in the quarantine, or a whole file, which has no line.

    Args:
        dataset: The staging table's key.
        path: The file.
        line: Where the row begins in it.
        column: The first column that does not fit.
        value: What that holds.
        reason: Why it does not fit.
        record: The row as it came.
        is_replaced: Whether a newer delivery of the path is loaded.
    """

    dataset: str
    path: str
    line: int | None
    column: str | None
    value: str | None
    reason: str
    record: str | None
    is_replaced: bool


def held_files(engine: Engine, like: str) -> list[Held]:
    """The deliveries in the quarantine.

    Args:
        engine: The warehouse.
        like: A dataset, or ``<warehouse>/%`` for all of a warehouse.
    """
    with engine.reading() as session:
        rows = session.ask("quarantine/held", values={"warehouse": like}) if ledger.exists(session) else []
    return [_held(list(group)) for _, group in groupby(rows, key=lambda row: row[:3])]


def _held(rows: Sequence[Row]) -> Held:
    dataset, file_id, path = rows[0][:3]
    since = [row[7] for row in rows if row[7]]
    return Held(
        dataset=dataset,
        file_id=file_id,
        path=path,
        rows=sum(int(row[4]) for row in rows),
        is_whole=any(row[5] for row in rows),
        reasons={row[3]: int(row[4]) or 1 for row in rows},
        since=min(since, default=None),
        is_replaced=any(row[6] for row in rows),
    )


def held_rows(engine: Engine, name: str, *, limit: int, every: bool = False) -> list[HeldRow]:
    """The rows in the quarantine of a dataset or of a file.

    Args:
        engine: The warehouse.
        name: The dataset's key, or the file's path below the landing folder.
        limit: At most so many.
        every: Also those of deliveries that a newer one has replaced.
    """
    values = {"name": name, "most": limit, "every": every}
    with engine.reading() as session:
        rows = session.ask("quarantine/rows", values=values) if ledger.exists(session) else []
    names = ("dataset", "path", "line", "column", "value", "reason", "record")
    return [HeldRow(**dict(zip(names, row, strict=False)), is_replaced=bool(row[7])) for row in rows]
