"""What happens when a table of the source looks other than before: more columns are taken, fewer or others are not."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from etl_assets.connectors.database.batch import ORIGIN
from etl_assets.connectors.database.cells import PROBLEM, RAW, ZONED, without_length
from etl_assets.connectors.database.fresh import PART, PLACE
from etl_assets.connectors.database.stamp import STAMPS
from etl_assets.errors import SchemaChanged, SourceError
from etl_assets.lake.catalogue import Catalogue, Shape, State, changes
from etl_assets.words import few

if TYPE_CHECKING:
    from etl_assets.connectors.database.tables import SourceTable

OWN: Final = frozenset({PROBLEM, RAW, PART, PLACE, *STAMPS.names, *ORIGIN.names})
"""The names that the lake gives columns."""
_MOMENT: Final = "timestamp[us]"


def accepted_state(catalogue: Catalogue, table: "SourceTable", shape: Shape, seen_at: datetime) -> State:
    """The catalogue's state that rows of this shape have, written down when it is new.

    Raises:
        SchemaChanged: When a column is gone or has another type, or the key is another one.
        SourceError: When the cursor cannot be one, or a column has a name that is taken.
    """
    refuse_unfit_cursor(table, shape)
    refuse_taken_names(table, shape)
    states = catalogue.states(table.dataset)
    accepted = catalogue.accepted(table.dataset)
    found = [*changes(accepted.shape, shape)] if accepted else []
    if accepted and not found:
        return accepted
    goes_on = all(may for _, may in found)
    number = len(states) + 1
    state = State(
        number=number,
        seen_at=seen_at,
        verdict="accepted" if goes_on else "refused",
        reason="; ".join(what for what, _ in found) or "first seen",
        epoch=accepted.epoch if accepted else number,
        shape=shape,
    )
    is_told = bool(states) and (states[-1].verdict, states[-1].shape) == (state.verdict, shape)
    if not is_told and not catalogue.add(table.dataset, state):
        return accepted_state(catalogue, table, shape, seen_at)
    if not goes_on:
        message = f"{table.name} has changed in the source: {state.reason}. Nothing of it was taken."
        mend = f"Put the source back, or declare its columns and `etl-assets catalogue accept {table.dataset}`."
        raise SchemaChanged(message, mend=mend)
    return state


def refuse_taken_names(table: "SourceTable", shape: Shape) -> None:
    """See that a table's columns have names that the lake can tell apart, whose engines heed no capitals.

    Raises:
        SourceError: When two of them have the same, or one is the lake's own.
    """
    names = Counter(name.lower() for name in shape.names)
    if twice := [name for name, count in names.items() if count > 1]:
        message = f"{table.name} has columns that differ in capitals alone: {few(twice)}."
        raise SourceError(message, mend="Rename them in the source.")
    if own := sorted(names.keys() & OWN):
        message = f"{table.name} has columns with names of the lake's own: {few(own)}."
        raise SourceError(message, mend="Rename them in the source.")


def refuse_unfit_cursor(table: "SourceTable", shape: Shape) -> None:
    """See that a table's cursor can be one: a row where it is NULL would never be found.

    Raises:
        SourceError: When it cannot.
    """
    cursor = shape.column(table.cursor)
    if cursor is None:
        message = f"{table.name} has no column {table.cursor}, its cursor."
        raise SourceError(message, mend=f"Name one of {', '.join(shape.names)}.")
    if cursor.lake != _MOMENT:
        message = f"{table.name}.{cursor.name}, its cursor, is {cursor.type}, which is no timestamp."
        raise SourceError(message, mend="Name a column that holds when a row changed.")
    if without_length(cursor.type) == ZONED and table.zone != "UTC":
        message = f"{table.name}.{cursor.name}, its cursor, has a zone of its own, and {table.zone} is declared."
        raise SourceError(message, mend="Declare no zone.")
    if cursor.nullable:
        message = f"{table.name}.{cursor.name}, its cursor, can be NULL: such rows would never be found again."
        raise SourceError(message, mend="Name a column that is NOT NULL, or make it so.")
