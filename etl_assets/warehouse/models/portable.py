"""The portable subset of SQL: what means the same on DuckDB, PostgreSQL, MariaDB and Redshift.

Rendering alone is no guarantee: a query may be rendered without a complaint and give other rows. Each rule here names
something that does, with what to write instead.
"""

from collections.abc import Callable, Iterator
from typing import Final

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.models.sql import ModelSql

_EXACT: Final = (exp.DataType.Type.DOUBLE, exp.DataType.Type.DECIMAL)


def problems(sql: ModelSql) -> list[str]:
    """What of a model's SQL is not portable, one sentence each."""
    found = [message for node in sql.tree.walk() for rule, message in _RULES if rule(node)]
    return [*dict.fromkeys(found), *_unqualified(sql.tree)]


def refuse(sql: ModelSql) -> None:
    """Refuse SQL outside the portable subset.

    Raises:
        DeclarationError: When a construct is found; the message names the first.
    """
    if found := problems(sql):
        message = f"{sql.path.name} is not portable: {found[0]}"
        raise DeclarationError(
            message, mend=f"Write {sql.name.table}.<engine>.sql beside it for the engine that differs."
        )


def _is_star(node: exp.Expr) -> bool:
    return isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)


def _divides_integers(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Div):
        return False
    return not any(_is_fraction(side) for side in (node.this, node.expression))


def _is_fraction(side: exp.Expr) -> bool:
    if isinstance(side, exp.Paren):
        return _is_fraction(side.this)
    if isinstance(side, exp.Cast):
        return side.to.this in _EXACT
    if isinstance(side, exp.Binary):
        return _is_fraction(side.this) or _is_fraction(side.expression)
    return isinstance(side, exp.Literal) and not side.is_string and "." in side.name


def _casts_guessing(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and isinstance(node.this, exp.Column) and node.to.this in _FROM_TEXT


_FROM_TEXT: Final = (
    exp.DataType.Type.JSON,
    exp.DataType.Type.JSONB,
    exp.DataType.Type.ARRAY,
    exp.DataType.Type.INTERVAL,
)

_RULES: Final[tuple[tuple[Callable[[exp.Expr], bool], str], ...]] = (
    (_is_star, "`*` hides columns; name them."),
    (_divides_integers, "`/` of whole numbers differs between engines; cast one side to double precision."),
    (_casts_guessing, "JSON, arrays and intervals differ between engines."),
    (
        lambda node: isinstance(node, exp.Filter),
        "`filter (where …)` is not everywhere; use `case` inside the aggregate.",
    ),
    (lambda node: isinstance(node, exp.TryCast), "`try_cast` becomes `cast` on some engines; the load casts once."),
    (
        lambda node: isinstance(node, exp.Extract) and node.name.lower() == "epoch",
        "`extract(epoch …)` is rendered wrongly; use the project's `hours_between`.",
    ),
    (
        lambda node: isinstance(node, exp.Distinct) and bool(node.args.get("on")),
        "`distinct on` is PostgreSQL's own; use `row_number`.",
    ),
    (lambda node: isinstance(node, exp.Lateral), "`lateral` is not on MariaDB; use a join or a window."),
    (lambda node: isinstance(node, exp.ILike), "`ilike` is not everywhere; compare `lower(…)`."),
    (lambda node: isinstance(node, exp.RegexpLike | exp.SimilarTo), "Patterns differ between engines; use `like`."),
    (lambda node: isinstance(node, exp.GenerateSeries), "`generate_series` is not on MariaDB; use a recursive query."),
    (lambda node: isinstance(node, exp.PercentileCont | exp.PercentileDisc), "Percentiles differ; rank the rows."),
    (
        lambda node: isinstance(node, exp.CurrentTimestamp | exp.CurrentDate),
        "A model depends on data alone, not on the clock.",
    ),
    (
        lambda node: isinstance(node, exp.Avg),
        "`avg` of doubles differs in its last digits from one reading to the next; use the project's `exact_mean`.",
    ),
    (lambda node: isinstance(node, exp.Rand), "A model gives the same rows each time; `random` does not."),
)


def _unqualified(tree: exp.Expr) -> Iterator[str]:
    """Columns without their table's name where several tables are joined."""
    for select in tree.find_all(exp.Select):
        if not select.args.get("joins"):
            continue
        for column in select.find_all(exp.Column):
            if not column.table and column.find_ancestor(exp.Select) is select and not _is_alias(select, column):
                yield f"`{column.name}` does not say of which table it is."


def _is_alias(select: exp.Select, column: exp.Column) -> bool:
    return column.find_ancestor(exp.Order, exp.Group) is not None and column.name in select.named_selects
