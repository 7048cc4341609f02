"""The queries of the cast: declared columns and their lexical rules as one projection over the lake's Parquet."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

from sqlglot import exp

from etl_assets.schema import Column
from etl_assets.warehouse.load.lexical import reason_of, value_of

FITS: Final = "_fits"
_ORIGIN: Final = ("_file", "_row", "_line", "_problem", "_raw")


@lru_cache(maxsize=64)
def typed_rows(columns: tuple[Column, ...], present: tuple[str, ...]) -> str:
    """A row per row of the parts: its values, ``_file``, ``_row``, ``_line`` and whether it fits.

    Args:
        columns: The declared columns.
        present: The columns that the parts have; one that they have not is NULL.
    """
    return _typed(columns, present).sql(dialect="duckdb")


def _typed(columns: tuple[Column, ...], present: tuple[str, ...]) -> exp.Select:
    values = [exp.alias_(value_of(column, _name(_cell(n))), _value(n)) for n, column in enumerate(columns)]
    cells = [_name(_cell(n)) for n in range(len(columns))]
    valued = exp.select("_file", "_row", "_line", "_problem", *cells, *values).from_(
        _cells(columns, present).subquery("cells")
    )
    named = [exp.alias_(_name(_value(n)), column.name, quoted=True) for n, column in enumerate(columns)]
    return exp.select(*named, "_file", "_row", "_line", exp.alias_(_fits(columns), FITS)).from_(
        valued.subquery("valued")
    )


def unread_keys(columns: tuple[Column, ...], key: Sequence[str], present: tuple[str, ...]) -> str:
    """The key of each row that does not fit, as far as it can be read, and ``_file``."""
    listed = [_name(column) for column in key]
    typed = _typed(columns, present).subquery("typed")
    query = exp.select(*listed, "_file").from_(typed).where(exp.not_(exp.column(FITS)))
    return query.sql(dialect="duckdb")


def bad_rows(columns: Sequence[Column], present: Collection[str]) -> str:
    """The rows that do not fit: where they stand, the first column that does not, why, and all their texts."""
    values = [exp.alias_(value_of(column, _name(_cell(n))), _value(n)) for n, column in enumerate(columns)]
    valued = exp.select("*", *values).from_(_cells(columns, present).subquery("cells"))
    first, reason = exp.Case(), exp.Case()
    for n, column in enumerate(columns):
        misfit = exp.not_(_fit(n, column))
        first = first.when(misfit, exp.Literal.number(n))
        empty = exp.Case().when(_name(_cell(n)).is_(exp.null()), exp.Literal.string("must not be empty"))
        reason = reason.when(misfit, empty.else_(reason_of(column, _name(_cell(n)))))
    texts = [exp.alias_(_name(name), f"cell {name}", quoted=True) for name in present if name not in _ORIGIN]
    query = (
        exp.select("_file", "_row", "_line", "_problem", "_raw", *texts)
        .select(exp.alias_(first, "_first"), exp.alias_(reason, "_reason"))
        .from_(valued.subquery("valued"))
        .where(exp.not_(_fits(columns)))
    )
    return query.sql(dialect="duckdb")


def _cells(columns: Sequence[Column], present: Collection[str]) -> exp.Select:
    """The parts with each declared column's text beside it, NULL where the text means NULL."""
    taken = {column.name for column in columns}
    cells = [exp.alias_(_text(column, set(present) - taken, present), _cell(n)) for n, column in enumerate(columns)]
    parts = exp.func(
        "read_parquet",
        exp.Placeholder(this="parts"),
        exp.EQ(this=exp.to_identifier("union_by_name"), expression=exp.true()),
    )
    wanted = exp.func("list_contains", exp.Placeholder(this="wanted"), exp.column("_file"))
    return exp.select("*", *cells).from_(exp.alias_(parts, "parts", table=True)).where(wanted)


def _text(column: Column, free: Collection[str], present: Collection[str]) -> exp.Expr:
    """A column's cell; one that had another name then, or was not declared, is known by its title."""
    names = [column.name] if column.name in present else []
    names += [column.title] if column.title in free else []
    if not names:
        return exp.cast(exp.null(), "varchar")
    text = exp.func("coalesce", *map(_name, names)) if len(names) > 1 else _name(names[0])
    if not column.null_texts:
        return text
    return exp.Case().when(text.isin(*column.null_texts), exp.null()).else_(text)


def _fits(columns: Sequence[Column]) -> exp.Expr:
    return exp.and_(exp.column("_problem").is_(exp.null()), *(_fit(n, column) for n, column in enumerate(columns)))


def _fit(n: int, column: Column) -> exp.Expr:
    """A cell fits when it has a value, or is empty and may be."""
    has_value = exp.not_(_name(_value(n)).is_(exp.null()))
    return exp.paren(exp.or_(has_value, _name(_cell(n)).is_(exp.null()))) if column.nullable else has_value


def _cell(n: int) -> str:
    return f"_cell_{n}"


def _value(n: int) -> str:
    return f"_value_{n}"


def _name(name: str) -> exp.Column:
    return exp.column(name, quoted=True)
