"""The queries of the cast: declared columns and their lexical rules as one projection over the lake's Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlglot import exp

from etl_assets.schema import Column
from etl_assets.warehouse.load.changes_sql import Changes
from etl_assets.warehouse.load.lexical import reason_of, taken_value, value_of
from etl_assets.warehouse.load.typed import TEXT, carries, text_of

FITS: Final = "_fits"
_ORIGIN: Final = ("_file", "_row", "_line", "_problem", "_raw")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How the parts of a load are read.

    Args:
        columns: The declared columns.
        present: The columns that the parts have; one that they have not is NULL.
        typed: The type of each of them that is no text, as Arrow names it.
        changes: What changes have to say; None where no file is one of changes.
    """

    columns: tuple[Column, ...]
    present: tuple[str, ...]
    typed: tuple[tuple[str, str], ...] = ()
    changes: Changes | None

    def kind(self, name: str) -> str:
        """The type of one of the parts' columns."""
        return dict(self.typed).get(name, TEXT)

    def names(self, column: Column) -> list[str]:
        """The parts' columns with its cells; one that had another name then, or was not declared, has its title."""
        free = set(self.present) - {declared.name for declared in self.columns}
        names = [column.name] if column.name in self.present else []
        return names + ([column.title] if column.title in free else [])

    def taken(self, column: Column) -> str:
        """The type with which its cell is taken: that of the parts where that carries it exactly, else text."""
        kinds = {self.kind(name) for name in self.names(column)}
        return next((kind for kind in kinds if len(kinds) == 1 and carries(kind, column)), TEXT)


@lru_cache(maxsize=64)
def typed_rows(reading: Reading) -> str:
    """A row per row of the parts: its values, ``_file``, ``_row``, ``_line`` and whether it fits."""
    return _typed(reading).sql(dialect="duckdb")


def _typed(reading: Reading) -> exp.Select:
    named = [exp.alias_(_name(_value(n)), column.name, quoted=True) for n, column in enumerate(reading.columns)]
    fits = exp.alias_(_fits(reading), FITS)
    return exp.select(*named, "_file", "_row", "_line", fits).from_(_valued(reading, ()).subquery("valued"))


@lru_cache(maxsize=64)
def unread_keys(reading: Reading, key: tuple[str, ...]) -> str:
    """The key of each row that does not fit, as far as it can be read, and ``_file``."""
    listed = [_name(column) for column in key]
    query = exp.select(*listed, "_file").from_(_typed(reading).subquery("typed")).where(exp.not_(exp.column(FITS)))
    return query.sql(dialect="duckdb")


@lru_cache(maxsize=64)
def bad_rows(reading: Reading) -> str:
    """The rows that do not fit: where they stand, the first column that does not, why, and all their texts."""
    first, reason = exp.Case(), exp.Case()
    for n, column in enumerate(reading.columns):
        misfit = exp.not_(_fit(n, column, reading))
        first = first.when(misfit, exp.Literal.number(n), copy=False)
        reason = reason.when(misfit.copy(), _reason(n, column, reading), copy=False)
    texts = [name for name in reading.present if name not in _ORIGIN]
    query = (
        exp.select("_file", "_row", "_line", "_problem", "_raw")
        .select(*(exp.alias_(text_of(reading.kind(name), _name(name)), f"cell {name}", quoted=True) for name in texts))
        .select(exp.alias_(first, "_first"), exp.alias_(reason, "_reason"))
        .from_(_valued(reading, ("_raw", *texts)).subquery("valued"))
        .where(exp.not_(_fits(reading)))
    )
    return query.sql(dialect="duckdb")


def _valued(reading: Reading, more: Sequence[str]) -> exp.Select:
    """Every row with its cells and their values, and with more of the parts' columns."""
    cells = [_name(_cell(n)) for n in range(len(reading.columns))]
    values = [
        exp.alias_((value_of if reading.taken(column) == TEXT else taken_value)(column, cell), _value(n))
        for n, (column, cell) in enumerate(zip(reading.columns, cells, strict=True))
    ]
    listed = ["_file", "_row", "_line", "_problem", *map(_name, more), *cells, *values]
    return exp.select(*listed).from_(_cells(reading).subquery("cells"))


def _cells(reading: Reading) -> exp.Select:
    """The parts with each declared column's cell beside it, NULL where its text means NULL."""
    cells = [exp.alias_(_cell_of(column, reading), _cell(n)) for n, column in enumerate(reading.columns)]
    parts = exp.func(
        "read_parquet",
        exp.Placeholder(this="parts"),
        exp.EQ(this=exp.to_identifier("union_by_name"), expression=exp.true()),
    )
    wanted = exp.func("list_contains", exp.Placeholder(this="wanted"), exp.column("_file"))
    return exp.select("*", *cells).from_(exp.alias_(parts, "parts", table=True)).where(wanted)


def _cell_of(column: Column, reading: Reading) -> exp.Expr:
    """A column's cell: a text, unless the parts have it with a type that carries the declared one exactly."""
    if not (names := reading.names(column)):
        return exp.cast(exp.null(), "varchar")
    is_text = reading.taken(column) == TEXT
    cells = [text_of(reading.kind(name), _name(name)) if is_text else _name(name) for name in names]
    text = exp.func("coalesce", *cells) if len(cells) > 1 else cells[0]
    if not column.null_texts or all(reading.kind(name) != TEXT for name in names):
        return text
    return exp.Case().when(text.isin(*column.null_texts), exp.null()).else_(text)


def _fits(reading: Reading) -> exp.Expr:
    fits = [_fit(n, column, reading) for n, column in enumerate(reading.columns)]
    return exp.and_(exp.column("_problem").is_(exp.null()), *fits)


def _fit(n: int, column: Column, reading: Reading) -> exp.Expr:
    """A cell fits when it has a value, or is empty and may be; one of a change also when a change can have it."""
    value, is_empty = _name(_value(n)), _name(_cell(n)).is_(exp.null())
    has_value, changes = exp.not_(value.is_(exp.null())), reading.changes
    may_be_empty = None if column.nullable or not changes else changes.may_be_empty(column, _operation(reading))
    fits = exp.or_(has_value, is_empty) if column.nullable else has_value
    fits = exp.or_(has_value, exp.and_(is_empty, may_be_empty)) if may_be_empty else fits
    if changes and (can_be := changes.fits(column, value)):
        return exp.paren(exp.and_(fits, exp.or_(exp.not_(changes.is_change), exp.and_(has_value, can_be))))
    return exp.paren(fits)


def _operation(reading: Reading) -> exp.Expr | None:
    """The operation of a row."""
    op = reading.changes.op if reading.changes else None
    return next((_name(_value(n)) for n, column in enumerate(reading.columns) if column.name == op), None)


def _reason(n: int, column: Column, reading: Reading) -> exp.Expr:
    value, cell, changes = _name(_value(n)), _name(_cell(n)), reading.changes
    reason = reason_of(column, text_of(reading.taken(column), cell))
    empty = exp.Case().when(cell.is_(exp.null()), exp.Literal.string("must not be empty"))
    return empty.else_(changes.reason(column, value, reason) if changes else reason)


def _cell(n: int) -> str:
    return f"_cell_{n}"


def _value(n: int) -> str:
    return f"_value_{n}"


def _name(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
