"""What happens to the business: changes of rows, and the commits in which they become visible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from etl_assets.samples.totesys.schema import TABLES, Table

Row = tuple[object, ...]
"""Integers, text and None; money is text with two places, a boolean 0 or 1, a time text with milliseconds."""


class Change(NamedTuple):
    """One row, changed.

    Args:
        table: Whose row it is.
        operation: ``I``, ``U`` or ``D``.
        row: The row after it; of a delete, the last one.
        moved: Whether ``last_updated`` moved with it. An insert moves it, a delete does not.
    """

    table: Table
    operation: str
    row: Row
    moved: bool


@dataclass(frozen=True, kw_only=True)
class Commit:
    """One transaction.

    Args:
        began_at: When it began, UTC, as text; its changes are stamped from then on.
        committed_at: When it became visible. Commits stand in this order.
        is_long: Whether others commit while it is open.
        changes: What it did, in order; no row twice.
    """

    began_at: str
    committed_at: str
    is_long: bool = False
    changes: Sequence[Change] = field(default=())


@dataclass(frozen=True)
class Net:
    """What several changes of a table come to.

    Args:
        table: The table.
        inserted: Rows that were not there before.
        updated: Rows that were there, as they are afterwards.
        deleted: Keys that were there before.
    """

    table: Table
    inserted: list[Row]
    updated: list[Row]
    deleted: list[object]


def net(changes: Iterable[Change]) -> list[Net]:
    """What changes come to, by table, in the order of the tables."""
    first: dict[Table, dict[object, str]] = {table: {} for table in TABLES}
    last: dict[Table, dict[object, Change]] = {table: {} for table in TABLES}
    for change in changes:
        first[change.table].setdefault(change.row[0], change.operation)
        last[change.table][change.row[0]] = change
    return [_net_of(table, first[table], last[table]) for table in TABLES if last[table]]


def _net_of(table: Table, first: dict[object, str], last: dict[object, Change]) -> Net:
    inserted: list[Row] = []
    updated: list[Row] = []
    deleted: list[object] = []
    for key, change in last.items():
        is_new, is_gone = first[key] == "I", change.operation == "D"
        if is_gone and not is_new:
            deleted.append(key)
        elif not is_gone:
            (inserted if is_new else updated).append(change.row)
    return Net(table, inserted, updated, deleted)
