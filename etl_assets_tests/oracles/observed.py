"""The words of the history oracle: what is observed, how a dimension is declared, what a row of it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Key = tuple[str, ...]
"""The canonical text of each key column."""
FactKey = tuple[str | None, ...] | None
"""A key as a fact names it; NULL when it, or any part of it, is None."""
Attributes = Mapping[str, object]

ALWAYS = datetime.fromisoformat("1900-01-01")
OPEN = datetime.fromisoformat("9999-12-31")


@dataclass(frozen=True, slots=True, order=True)
class File:
    """One delivery. (path, sha256) tells it from others; files compare as their data orders them."""

    order_at: datetime
    modified_at: datetime
    path: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Event:
    """A change that one row of a file tells. I and U mean the same; D ends the key's life."""

    key: Key
    effective_at: datetime
    op: Literal["I", "U", "D"]
    attributes: Attributes
    file: File
    row: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """At ``taken_at`` exactly these rows were there, and those whose values cannot be read. No scope: of the whole."""

    taken_at: datetime
    file: File
    rows: Mapping[Key, Attributes]
    unread: frozenset[Key] = frozenset()
    scope: None = None


@dataclass(frozen=True, slots=True)
class Since:
    """A tracked column that is known since a time, and what stands in versions that ended before."""

    column: str
    since: datetime
    before: Literal["null", "first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A dimension: its key, and what a change of each other column means. ``previous`` names tracked columns."""

    key: tuple[str, ...]
    tracked: tuple[str, ...] = ()
    overwritten: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()
    missing: Literal["close", "keep"] = "close"
    beginning: datetime | None = None
    before_first: Literal["unknown", "first"] = "unknown"
    in_gap: Literal["unknown", "last before"] = "unknown"
    added: tuple[Since, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One row of the dimension, alive while ``valid_from`` ≤ t < ``valid_to``."""

    surrogate_key: int
    natural_key: Key | None
    attributes: Attributes
    valid_from: datetime = ALWAYS
    valid_to: datetime = OPEN
    is_inferred: bool = False

    @property
    def is_current(self) -> bool:
        """Whether no later observation has ended it."""
        return self.valid_to == OPEN


@dataclass(frozen=True, slots=True)
class FactRow:
    """A fact that names a member of the dimension at a time of its own."""

    fact_id: int
    natural_key: FactKey
    at: datetime | None
