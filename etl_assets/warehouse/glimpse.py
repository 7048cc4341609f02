"""What a page shows of a table: its newest rows, how many fall into each day, the versions of one key. Only reads.

Each is one query. Those that look at every row are not asked of a table with very many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlglot import exp

from etl_assets.datasets import END_OF_TIME
from etl_assets.names import TableName
from etl_assets.warehouse.engines.base import Session
from etl_assets.warehouse.models.declare import Type2
from etl_assets.warehouse.statement import Bindings, moment, to_sql

PREVIEWED: Final = 20
MOST_ROWS: Final = 5_000_000
"""Beyond these many rows no query looks at all of them for the sake of a page."""
_TIMES: Final = ("timestamp", "date")
_NAMED: Final = ("valid_from", "effective_at")


@dataclass(frozen=True, kw_only=True)
class LivedVersion:
    """What held of a key for a time.

    Args:
        begins: From when on; None when nothing is known of a beginning.
        ends: Until when; None while it holds.
        values: The tracked columns.
    """

    begins: datetime | None
    ends: datetime | None
    values: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class Life:
    """The versions of a key.

    Args:
        key: Its columns.
        versions: In the order of time.
        until: When anything in the dimension changed last.
    """

    key: Mapping[str, object]
    versions: tuple[LivedVersion, ...]
    until: datetime


def newest_rows(
    session: Session, table: TableName, columns: Mapping[str, str], *, rows: int = -1, key: Sequence[str] = ()
) -> list[dict[str, object]]:
    """A few rows, the newest by their time, else the first by their key.

    Args:
        session: Where the table is.
        table: Which.
        columns: Its columns and their types.
        rows: How many it has, or -1; the rows of a large table come in whatever order it has.
        key: What makes a row unique.
    """
    newest = time_column(columns)
    order = [exp.column(newest, quoted=True).desc(nulls_first=False)] if newest else []
    order += [exp.column(name, quoted=True).asc() for name in key if name in columns]
    query = exp.select(*(exp.column(name, quoted=True) for name in columns)).from_(table.qualified)
    return first_rows(session, query.order_by(*order) if order and rows <= MOST_ROWS else query, [*columns])


def first_rows(session: Session, query: exp.Select, columns: Sequence[str]) -> list[dict[str, object]]:
    """The first rows of a query, by column."""
    found = session.rows(to_sql(query.limit(PREVIEWED), session.dialect))
    return [dict(zip(columns, row, strict=True)) for row in found]


def time_column(columns: Mapping[str, str]) -> str | None:
    """The column that says when something was: the project's own, else the first that holds a time; None for none."""
    timed = [name for name, kind in columns.items() if kind.lower().startswith(_TIMES)]
    return next((name for name in (*_NAMED, *timed) if name in timed), None)


def rows_by_day(session: Session, table: TableName, time: str) -> list[tuple[date, int]]:
    """How many rows fall into each day by a column of theirs."""
    bindings = Bindings(tables={"target": table.qualified}, expressions={"time": exp.column(time)})
    return [(day, count) for day, count in session.ask("glimpse/rows_by_day", bindings)]


def versions_by_day(session: Session, model: Type2) -> list[tuple[date, int]]:
    """How many versions of a dimension begin on each day."""
    beginning = moment(model.beginning) if model.beginning else exp.null()
    bindings = Bindings(
        tables={"target": model.table.qualified},
        expressions={"surrogate": exp.column(model.surrogate), "beginning": beginning},
    )
    return [(day, count) for day, count in session.ask("glimpse/versions_by_day", bindings)]


def longest_life(session: Session, model: Type2) -> Life | None:
    """The versions of the key that has the most; None when none has two."""
    bindings = Bindings(
        tables={"target": model.table.qualified},
        columns={"key": model.key, "shown": model.tracked},
        expressions={"surrogate": exp.column(model.surrogate)},
    )
    rows = session.ask("glimpse/longest_life", bindings)
    if not rows:
        return None
    names = (*model.key, *model.tracked)
    versions = [_version(model, row, dict(zip(names, row[3:], strict=True))) for row in rows]
    return Life(key=dict(zip(model.key, rows[0][3:], strict=False)), versions=tuple(versions), until=rows[0][2])


def _version(model: Type2, row: Sequence[Any], values: Mapping[str, object]) -> LivedVersion:
    begins, ends = row[:2]
    return LivedVersion(
        begins=None if begins == model.beginning else begins,
        ends=None if ends == END_OF_TIME else ends,
        values={name: values[name] for name in model.tracked},
    )
