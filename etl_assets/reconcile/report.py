"""What a comparison found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from etl_assets.errors import EtlError

Kind = Literal["missing", "gone", "changed"]
"""Whether only the source has a row, only the warehouse, or both, and not the same."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that differs.

    Args:
        kind: How.
        key: The values of its key's columns, by name.
        columns: What the source and the warehouse have, by column; of a row that only one has, nothing.
    """

    kind: Kind
    key: dict[str, object]
    columns: dict[str, tuple[object, object]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TableCompared:
    """A table.

    Args:
        dataset: The staging table's key.
        source_rows: The rows that the source has.
        warehouse_rows: The keys that are there by what was observed last.
        missing: Rows that only the source has.
        gone: Rows that only the warehouse has.
        changed: Rows that both have, and that are not the same.
        quarantined: Rows of the source that do not fit their declaration; no repair could bring them in.
        waiting: Rows that another run is bringing in, and that are not the snapshot's any more or not yet.
        repaired: Rows that were brought in.
        ranges: The ranges whose checksums were compared.
        ranges_different: Those of them in which rows were looked at.
        rows_looked_at: The source's rows that were compared one by one.
        differences: Some of the rows that differ.
        apart: Columns that are no part of the checksum, since both sides do not write them alike; they are compared in
            rows that are looked at.
        note: What is worth knowing, a sentence.
        failure: Why it could not be compared.
        seconds: How long it took.
    """

    dataset: str
    source_rows: int = 0
    warehouse_rows: int = 0
    missing: int = 0
    gone: int = 0
    changed: int = 0
    quarantined: int = 0
    waiting: int = 0
    repaired: int = 0
    ranges: int = 0
    ranges_different: int = 0
    rows_looked_at: int = 0
    differences: tuple[Difference, ...] = ()
    apart: tuple[str, ...] = ()
    note: str = ""
    failure: EtlError | None = None
    seconds: float = 0.0

    @property
    def different(self) -> int:
        """The rows that differ."""
        return self.missing + self.gone + self.changed

    @property
    def is_sound(self) -> bool:
        """Whether it was compared, nothing differs any more, and the warehouse can hold all that the source has."""
        return self.failure is None and self.repaired == self.different and not self.quarantined


@dataclass(frozen=True, kw_only=True)
class ReconcileReport:
    """All that were compared.

    Args:
        taken_at: The source's clock when its snapshot was taken, in UTC.
        tables: They, in the order in which they were asked for.
    """

    taken_at: datetime
    tables: tuple[TableCompared, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing differs any more."""
        return all(table.is_sound for table in self.tables)
