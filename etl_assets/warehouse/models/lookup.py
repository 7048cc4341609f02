"""Columns of a dimension that come from another table, declared (docs/history.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """Columns that another table's key has, as they were at the time; when they change, the dimension's do.

    Args:
        dataset: A staging table of changes or snapshots, as ``shop/staging/departments``.
        by: The query's columns that hold that table's key, in its order; one column's name may stand alone. They need
            not be columns of the dimension.
        columns: That table's columns by the names that they have in the dimension; a tuple, where they are the same.
            The dimension declares these names as it does its own: tracked, overwritten or original.
        before_first: What stands before the other key's first version: NULL, or that version's values.
    """

    dataset: str
    by: str | tuple[str, ...]
    columns: Mapping[str, str] | tuple[str, ...]
    before_first: Literal["unknown", "first"] = "unknown"

    def __post_init__(self) -> None:
        """Refuse one that looks up nothing, or by nothing."""
        if not self.named or not self.origins:
            message = f"A lookup of {self.table.key} names no columns, or none to look them up by."
            raise DeclarationError(message, mend="Give it both: by and columns.")

    @property
    def named(self) -> tuple[str, ...]:
        """The columns of ``by``."""
        return (self.by,) if isinstance(self.by, str) else tuple(self.by)

    @property
    def origins(self) -> dict[str, str]:
        """The other table's column for each name in the dimension."""
        return dict(self.columns) if isinstance(self.columns, Mapping) else {name: name for name in self.columns}

    @property
    def table(self) -> TableName:
        """The other table's name."""
        return TableName.parse(self.dataset)


def refuse_misplaced(model: str, lookups: Sequence[Lookup], attributes: Collection[str]) -> None:
    """See that what a dimension looks up is declared, comes from one lookup, and is not what another one goes by.

    Raises:
        DeclarationError: When it is not.
    """
    names = [name for lookup in lookups for name in lookup.origins]
    if loose := sorted(set(names) - set(attributes)):
        message = f"{model} looks up {', '.join(loose)}, which it does not declare."
        raise DeclarationError(message, mend="Add it to tracked, overwritten or original.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{model} looks up {', '.join(twice)} more than once."
        raise DeclarationError(message, mend="Give each its own name in the lookups' columns.")
    if chained := sorted({name for lookup in lookups for name in lookup.named} & set(names)):
        message = f"{model} looks up by {', '.join(chained)}, which is itself looked up."
        raise DeclarationError(message, mend="Look up by columns that the model's SQL gives.")
