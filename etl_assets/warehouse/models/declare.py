"""Models, declared. The SQL is in ``sql/<warehouse>/<layer>/<table>.sql``; here is what SQL cannot say.

Model
├── View         a query, seen as a table
├── Table        a query, stored; written again where its rows differ
├── Incremental  a query, stored; only the keys that its upstreams touched are asked for again (a fact may have members)
└── Type2        a dimension, or a fact with history: its query gives observations, the table holds versions
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from etl_assets.datasets import OBSERVED
from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse.models.added import Added, refuse_misdeclared
from etl_assets.warehouse.models.checks import Check
from etl_assets.warehouse.models.lookup import Lookup, refuse_misplaced

BEGINNING = datetime(1900, 1, 1)  # noqa: DTZ001 - the warehouse's timestamps are UTC without a zone
"""Where a member that was never observed, or whose past does not count, begins to be valid."""
LIFE = ("valid_from", "valid_to", "is_current", "is_inferred")
"""What a dimension's rows have beside the declared columns."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A fact's pointer to a dimension.

    Args:
        column: The surrogate key's column in the fact, as ``analyst_key``.
        dimension: The dimension's key, as ``support/marts/dim_analysts``.
        by: The fact's columns that hold the natural key, in the dimension's order; one column's name may stand alone.
        at: The fact's time, a column or an expression over its columns; None for a dimension without versions.
        before_first: What a time before the first version gets: the unknown member or that version.
        in_gap: What a time at which the key was not there gets: the unknown member or the last version before.
    """

    column: str
    dimension: str
    by: str | tuple[str, ...]
    at: str | None = None
    before_first: Literal["unknown", "first"] = "unknown"
    in_gap: Literal["unknown", "last_before"] = "unknown"

    @property
    def named(self) -> tuple[str, ...]:
        """The columns of ``by``."""
        return (self.by,) if isinstance(self.by, str) else tuple(self.by)


@dataclass(frozen=True, kw_only=True)
class Model:
    """What every kind has.

    Args:
        name: As ``support/marts/dim_analysts``.
        checks: Rules about its rows, beside those that its kind brings.
    """

    name: str
    checks: tuple[Check, ...] = ()

    @property
    def table(self) -> TableName:
        """The table's name."""
        return TableName.parse(self.name)


@dataclass(frozen=True, kw_only=True)
class View(Model):
    """A query, seen as a table."""


@dataclass(frozen=True, kw_only=True)
class Table(Model):
    """A stored query, asked again whenever an upstream or its SQL has changed.

    Args:
        key: The columns that make a row unique, its grain.
    """

    key: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Incremental(Model):
    """A stored query of which only the touched keys are asked again.

    Args:
        key: The columns that make a row unique, its grain.
        touched: For each upstream the column that holds this model's key: its new rows say which keys to ask again.
        members: Pointers to dimensions, put in by the build.
    """

    key: tuple[str, ...]
    touched: Mapping[str, str]
    members: tuple[Member, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a key that one column of an upstream cannot hold."""
        if len(self.key) != 1:
            message = f"{self.name} is incremental over the key {self.key}."
            raise DeclarationError(message, mend="An incremental model has one key column.")


@dataclass(frozen=True, kw_only=True)
class Type2(Model):
    """A dimension, or a fact, with history.

    Its query gives ``effective_at``, ``sequence``, ``op`` and the columns named here. Where columns are ``original``,
    it gives ``first_sequence`` too.

    Args:
        key: The natural key.
        entity: What a row is, in the singular: ``analyst`` gives the surrogate key ``analyst_key``.
        tracked: Columns whose change opens a version.
        overwritten: Columns whose latest value stands in every version (type 1).
        original: Columns whose first value stands in every version (type 0).
        previous: Tracked columns whose value before the last change is kept as ``previous_<column>`` (type 3).
        added: Tracked columns that are known since a time only, and what stands in versions from before it.
        beginning: Where every key's first version begins, unless it was observed before; None for the time of its
            first observation.
        salt: Is hashed with every key. A new salt gives every row another surrogate key, should two ever have the same.
        lookups: Where some of these columns come from other tables, which are looked up as of the time.
        unknown_member: Whether it has the member -1, so that facts can point to it; a fact with history needs none.
    """

    key: tuple[str, ...]
    entity: str
    tracked: tuple[str, ...] = ()
    overwritten: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    beginning: datetime | None = None
    salt: str = ""
    lookups: tuple[Lookup, ...] = ()
    unknown_member: bool = True

    def __post_init__(self) -> None:
        """Refuse a column that is declared twice, one of the build's own, and a previous one that is not tracked."""
        named = [*self.key, *self.tracked, *self.overwritten, *self.original]
        if taken := sorted({*OBSERVED, *LIFE, self.surrogate} & set(named)):
            message = f"{self.name} declares {', '.join(taken)}, which the build itself gives."
            raise DeclarationError(message, mend="Give the column another name in the model's SQL.")
        if twice := sorted({column for column in named if named.count(column) > 1}):
            message = f"{self.name} declares {', '.join(twice)} more than once."
            raise DeclarationError(message, mend="A column is key, tracked, overwritten or original.")
        if loose := sorted(set(self.previous) - set(self.tracked)):
            message = f"{self.name} keeps the previous {', '.join(loose)}, which it does not track."
            raise DeclarationError(message, mend="Add it to tracked.")
        refuse_misplaced(self.name, self.lookups, (*self.tracked, *self.overwritten, *self.original))
        refuse_misdeclared(self.name, self.added, self.tracked, looks_up=bool(self.lookups))

    @property
    def looked_up(self) -> tuple[str, ...]:
        """The columns that lookups give."""
        return tuple(name for lookup in self.lookups for name in lookup.origins)

    @property
    def surrogate(self) -> str:
        """The surrogate key's column."""
        return f"{self.entity}_key"

    @property
    def attributes(self) -> tuple[str, ...]:
        """Every column that is neither key nor bookkeeping, as the table has them."""
        return (*self.original, *self.overwritten, *self.tracked, *(f"previous_{name}" for name in self.previous))
