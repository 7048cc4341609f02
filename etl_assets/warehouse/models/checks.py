"""Checks, declared. A check is a query for the rows that break it; none means that it passed.

Checks of shape block: they run on the new rows inside the transaction that publishes them. Checks of business warn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from etl_assets.errors import DeclarationError

CheckKind = str


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule about the rows of one table.

    Args:
        name: What is promised, as ``cid_is_unique``; a Dagster asset check has the same name.
        kind: ``not_null unique accepted_values references conserves``, statements of ours, or ``sql`` for the file
            ``sql/<warehouse>/checks/<name>.sql``.
        columns: The columns that it looks at.
        blocking: Whether breaking it keeps the new rows from being published.
        values: The accepted values, for ``accepted_values``.
        other: The other table's key, for ``references`` and ``conserves``.
        other_columns: The columns of the other table.
        description: One sentence for the catalogue.
    """

    name: str
    kind: CheckKind
    columns: tuple[str, ...] = ()
    blocking: bool = True
    values: tuple[str | int, ...] = ()
    other: str = ""
    other_columns: tuple[str, ...] = ()
    description: str = ""


def not_null(column: str) -> Check:
    """No row has NULL in the column."""
    return Check(
        name=f"{column}_is_not_null", kind="not_null", columns=(column,), description=f"{column} is never NULL."
    )


def unique(*columns: str) -> Check:
    """No two rows agree in all the columns."""
    named = "_and_".join(columns)
    return Check(
        name=f"{named}_{'are' if len(columns) > 1 else 'is'}_unique",
        kind="unique",
        columns=columns,
        description=f"No two rows have the same {', '.join(columns)}.",
    )


def accepted_values(column: str, values: Sequence[str | int], *, blocking: bool = False) -> Check:
    """Every value of the column that is not NULL is one of those listed.

    Raises:
        DeclarationError: When none is listed, which no row could break.
    """
    if not values:
        message = f"No value of {column} is accepted."
        raise DeclarationError(message, mend="List the values that the column may have.")
    return Check(
        name=f"{column}_is_accepted",
        kind="accepted_values",
        columns=(column,),
        values=tuple(values),
        blocking=blocking,
        description=f"{column} is one of {', '.join(map(str, values))}.",
    )


def references(column: str, other: str, other_column: str) -> Check:
    """Every value of the column that is not NULL stands in the other table's column."""
    return Check(
        name=f"{column}_exists_in_{other.rpartition('/')[2]}",
        kind="references",
        columns=(column,),
        other=other,
        other_columns=(other_column,),
        description=f"Every {column} is a {other_column} of {other}.",
    )


def conserves(column: str, other: str, other_column: str) -> Check:
    """The table has exactly the distinct keys that the other one has: none is lost, none is added."""
    return Check(
        name=f"no_{column}_of_{other.rpartition('/')[2]}_is_lost",
        kind="conserves",
        columns=(column,),
        other=other,
        other_columns=(other_column,),
        description=f"The table has exactly the {other_column} values of {other}.",
    )


def sql_check(name: str, *, blocking: bool = False) -> Check:
    """The rows that ``sql/<warehouse>/checks/<name>.sql`` selects; its opening comment is the description."""
    return Check(name=name, kind="sql", blocking=blocking)
