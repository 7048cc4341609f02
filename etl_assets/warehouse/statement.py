"""The warehouse's own SQL: files written once, with the declared columns put in, rendered for an engine.

A file is plain SQL in PostgreSQL's dialect. Four marks stand for what is declared:

- a column ``each_<set>`` stands for every column of a named set. In a list the item is written once a column
  (``lag(each_tracked) over w as was_each_tracked``); a comparison with ``=`` or ``is not distinct from`` is joined by
  AND, one with ``is distinct from`` by OR;
- a table that the bindings name stands for the real one;
- a column ``the_<name>`` stands for one declared expression;
- ``surrogate_key(…)``, ``key_text(…)``, ``binary_order(…)`` and the column ``physical_row`` are the engine's own
  (``dialects.py``).

``:name`` is a bound value, which the driver puts in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.surrogate import key_text, surrogate_key

FOLDER: Final = Path(__file__).parent / "sql"
_MARK: Final = "each_"
_DECLARED: Final = "the_"
_LISTS: Final = (exp.Select, exp.Group, exp.Order, exp.Window, exp.Schema, exp.Tuple, exp.Anonymous, exp.Update)
_ALL_OF: Final = (exp.EQ, exp.NullSafeEQ)
_ANY_OF: Final = (exp.NullSafeNEQ, exp.NEQ, exp.Is)
_PREDICATES: Final = _ALL_OF + _ANY_OF


@dataclass(frozen=True, kw_only=True, eq=False)
class Bindings:
    """What a statement's marks stand for. Two that hold the same are equal, so that a statement is rendered once.

    Args:
        columns: The sets of columns, as ``{"key": ("aid",)}`` for ``each_key``.
        tables: Real tables by the name in the file, as ``{"target": "support_marts.dim_analysts"}``.
        queries: Queries in the place of a table, by the name in the file.
        expressions: Expressions by name, as ``{"time": column}`` for ``the_time``.
        salt: What is hashed with every surrogate key.
    """

    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    queries: Mapping[str, exp.Expr] = field(default_factory=dict)
    expressions: Mapping[str, exp.Expr] = field(default_factory=dict)
    salt: str = ""

    @cached_property
    def _held(self) -> tuple[object, ...]:
        columns = tuple((name, tuple(listed)) for name, listed in self.columns.items())
        return columns, *(tuple(held.items()) for held in (self.tables, self.queries, self.expressions)), self.salt

    def __hash__(self) -> int:
        """By what they hold."""
        return hash(self._held)

    def __eq__(self, other: object) -> bool:
        """By what they hold."""
        return isinstance(other, Bindings) and self._held == other._held


@lru_cache(maxsize=1024)
def render(file: str, dialect: type[Dialect], bindings: Bindings | None = None) -> str:
    """The statement in ``sql/<file>.sql`` for an engine."""
    return bound(file, bindings or Bindings(), dialect).sql(dialect=dialect.NAME, copy=False)


def bound(file: str, bindings: Bindings, dialect: type[Dialect]) -> exp.Expr:
    """The statement with its marks put in, not yet text."""
    return bind(_parsed(file).copy(), bindings, dialect)


def bind(tree: exp.Expr, bindings: Bindings, dialect: type[Dialect]) -> exp.Expr:
    """Put the declared columns, tables and engine's expressions into a tree."""
    _expand_columns(tree, bindings.columns)
    _put_tables(tree, bindings)
    tree = tree.transform(_declared_expression, bindings.expressions, copy=False)
    return tree.transform(_engine_expression, dialect, bindings.salt, copy=False)


def to_sql(tree: exp.Expr, dialect: type[Dialect]) -> str:
    """The text that the engine's driver takes."""
    return tree.sql(dialect=dialect.NAME)


def moment(at: datetime) -> exp.Expr:
    """A declared time as SQL."""
    return exp.cast(exp.Literal.string(at.isoformat(" ")), "timestamp")


def values_for(file: str, values: Mapping[str, object]) -> dict[str, object]:
    """Those of the values that the statement in ``sql/<file>.sql`` binds."""
    return {name: value for name, value in values.items() if name in _bound_names(file)}


@lru_cache(maxsize=256)
def _bound_names(file: str) -> frozenset[str]:
    return frozenset(placeholder.name for placeholder in _parsed(file).find_all(exp.Placeholder))


@lru_cache(maxsize=256)
def _parsed(file: str) -> exp.Expr:
    return parse_one((FOLDER / f"{file}.sql").read_text(encoding="utf-8"), dialect="postgres")


def _expand_columns(tree: exp.Expr, sets: Mapping[str, Sequence[str]]) -> None:
    while items := list(_outermost(_marked_items(tree))):
        for item in items:
            _expand(item, sets)


def _outermost(items: Iterable[exp.Expr]) -> Iterator[exp.Expr]:
    """Each item once, and none that stands within one before it."""
    taken: set[int] = set()
    for item in items:
        node: exp.Expr | None = item
        while node is not None and id(node) not in taken:
            node = node.parent
        if node is None:
            taken.add(id(item))
            yield item


def _expand(item: exp.Expr, sets: Mapping[str, Sequence[str]]) -> None:
    name = next(_marks(item)).partition(_MARK)[2]
    copies = [_named(item.copy(), _MARK + name, column) for column in sets[name]]
    if isinstance(item, _PREDICATES) and not isinstance(item.parent, exp.Update):
        item.replace(_joined(item, copies))
    else:
        _replace_in_list(item, copies)


def _joined(predicate: exp.Expr, copies: Sequence[exp.Expr]) -> exp.Expr:
    if not copies:
        return exp.true() if isinstance(predicate, _ALL_OF) else exp.false()
    joined = exp.and_(*copies) if isinstance(predicate, _ALL_OF) else exp.or_(*copies)
    return exp.paren(joined, copy=False)


def _replace_in_list(item: exp.Expr, copies: Sequence[exp.Expr]) -> None:
    owner, key, place = item.parent, item.arg_key, item.index
    if owner is None or key is None or place is None:
        message = f"{item.sql()} stands in no list, so it cannot be written once a column."
        raise DeclarationError(message)
    items = list(owner.args[key])
    owner.set(key, [*items[:place], *copies, *items[place + 1 :]])


def _marked_items(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The smallest nodes that have to be written once a column."""
    for identifier in tree.find_all(exp.Identifier):
        if _MARK not in identifier.name:
            continue
        node: exp.Expr = identifier
        while not _stands_alone(node) and node.parent is not None:
            node = node.parent
        yield node


def _stands_alone(node: exp.Expr) -> bool:
    in_list = isinstance(node.parent, _LISTS) and node.index is not None
    return in_list or isinstance(node, _PREDICATES)


def _marks(item: exp.Expr) -> Iterator[str]:
    return (identifier.name for identifier in item.find_all(exp.Identifier) if _MARK in identifier.name)


def _named(item: exp.Expr, mark: str, column: str) -> exp.Expr:
    for identifier in item.find_all(exp.Identifier):
        if identifier.name.endswith(mark):
            identifier.set("this", identifier.name.removesuffix(mark) + column)
            identifier.args["quoted"] = True
    return item


def _put_tables(tree: exp.Expr, bindings: Bindings) -> None:
    for table in list(tree.find_all(exp.Table)):
        if table.db:
            continue
        if real := bindings.tables.get(table.name):
            put = exp.to_table(real, dialect="postgres")
            table.set("this", put.this)
            table.set("db", put.args.get("db"))
        elif query := bindings.queries.get(table.name):
            table.replace(
                exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))
            )


def _declared_expression(node: exp.Expr, expressions: Mapping[str, exp.Expr]) -> exp.Expr:
    if not isinstance(node, exp.Column | exp.Identifier) or not node.name.startswith(_DECLARED):
        return node
    put = expressions[node.name.removeprefix(_DECLARED)]
    if isinstance(put, exp.Column):
        return exp.to_identifier(put.name, quoted=True) if isinstance(node, exp.Identifier) else node
    return put.copy() if isinstance(node, exp.Column) else node


def _engine_expression(node: exp.Expr, dialect: type[Dialect], salt: str) -> exp.Expr:
    if isinstance(node, exp.Anonymous) and node.name == "surrogate_key":
        *parts, moment = node.expressions
        return surrogate_key(parts, moment, dialect, salt=salt)
    if isinstance(node, exp.Anonymous) and node.name == "key_text":
        return key_text(node.expressions, dialect)
    if isinstance(node, exp.Anonymous) and node.name == "binary_order":
        return dialect.expression(dialect.BINARY_ORDER, node.expressions[0])
    if isinstance(node, exp.Column) and node.name == "physical_row":
        return exp.column(dialect.ROW_ID, table=node.args.get("table"))
    if isinstance(node, exp.Placeholder):
        return exp.Var(this=dialect.PLACEHOLDER.format(node.name))
    return node
