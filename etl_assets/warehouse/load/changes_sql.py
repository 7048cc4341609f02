"""What a row of a change file has to say beside what its columns' types ask: a time in bounds, and an operation.

An end (D) carries no values, so its columns may be empty but for its key, time and operation.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlglot import exp

from etl_assets.datasets import END_OF_TIME, Dataset
from etl_assets.schema import Column

OPERATIONS: Final = ("I", "U", "D")
AT_THE_END: Final = "no change can be at the end of time"
UNKNOWN: Final = "none of I, U, D"


@dataclass(frozen=True, kw_only=True)
class Changes:
    """The changes among the files of a load.

    Args:
        time: The column that holds a change's time.
        op: The one that holds its operation, if any does.
        key: The natural key's columns.
        earliest: No change is of a time before.
        latest: No change is of this time or a later one.
        too_early: What is said of one that is.
        too_late: Likewise.
        only: Whether every file of the load is one of changes; the parameter ``changes`` has their places else.
    """

    time: str
    op: str | None
    key: tuple[str, ...]
    earliest: datetime
    latest: datetime
    too_early: str
    too_late: str
    only: bool

    @classmethod
    def of(cls, dataset: Dataset, *, only: bool) -> "Changes | None":
        """Those of a dataset; None when it has none."""
        if dataset.effective_at is None:
            return None
        return cls(
            time=dataset.effective_at,
            op=dataset.op,
            key=dataset.key,
            earliest=dataset.earliest,
            latest=dataset.latest,
            too_early=dataset.time_problem(datetime.min),  # noqa: DTZ901 - UTC without a zone
            too_late=dataset.time_problem(datetime.max),  # noqa: DTZ901 - as above
            only=only,
        )

    @property
    def is_change(self) -> exp.Expr:
        """Whether a row is one of a change file."""
        if self.only:
            return exp.true()
        return exp.func("list_contains", exp.Placeholder(this="changes"), exp.column("_file"))

    def fits(self, column: Column, value: exp.Expr) -> exp.Expr | None:
        """Whether a change's value is one that a change can have; None where the column's own rules are all."""
        if column.name == self.time:
            return exp.and_(exp.GTE(this=value, expression=_time(self.earliest)), _before(value, self.latest))
        return value.isin(*OPERATIONS) if column.name == self.op else None

    def may_be_empty(self, column: Column, operation: exp.Expr | None) -> exp.Expr | None:
        """Whether an empty cell of a column that is never empty is one of an end; None where that cannot be."""
        if operation is None or column.name in {*self.key, self.time, self.op}:
            return None
        return exp.and_(self.is_change, operation.eq("D"))

    def reason(self, column: Column, value: exp.Expr, otherwise: exp.Expr) -> exp.Expr:
        """Why a change's value is none that a change can have."""
        if column.name == self.op:
            return exp.Case().when(value.is_(exp.null()).not_(), exp.Literal.string(UNKNOWN)).else_(otherwise)
        if column.name != self.time:
            return otherwise
        late = exp.Case().when(_before(value, END_OF_TIME).not_(), exp.Literal.string(AT_THE_END))
        late = late.when(_before(value, self.earliest), exp.Literal.string(self.too_early))
        return late.when(_before(value, self.latest).not_(), exp.Literal.string(self.too_late)).else_(otherwise)


def _before(value: exp.Expr, at: datetime) -> exp.Expr:
    return exp.LT(this=value, expression=_time(at))


def _time(at: datetime) -> exp.Expr:
    return exp.cast(exp.Literal.string(at.isoformat(" ")), "timestamp")
