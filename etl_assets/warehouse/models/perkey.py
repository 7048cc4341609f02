"""Whether a query's rows of one key follow from that key's rows of its upstreams alone.

Only then may a build ask for a few keys. A relation *holds* the key in certain of its columns; what is not understood
here counts as reaching across keys, so that the model is built whole: slower, and right. Knows no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Final

from sqlglot import exp

Held = tuple[frozenset[str], ...]
"""For each column of the key the relation's columns that hold it; empty for a relation without keyed upstreams."""

_SELECT: Final = {"with_", "expressions", "from_", "joins", "where", "group", "having", "order", "distinct"}
_TABLE: Final = {"this", "db", "catalog", "alias"}
_JOIN: Final = {"this", "side", "kind", "on"}


class _AcrossKeys(Exception):
    """The query is not known to be per key."""


def is_per_key(query: exp.Expr, keyed: Mapping[str, Sequence[str]], key: Sequence[str]) -> bool:
    """Whether a query gives the rows of a key from that key's rows alone, and its key's columns are the upstreams'.

    Args:
        query: Over qualified tables.
        keyed: The columns that hold the key, in its order, by the qualified name of each keyed upstream.
        key: The query's own columns for it.
    """
    tables = {name: tuple(frozenset({column}) for column in columns) for name, columns in keyed.items()}
    try:
        held = _held(query, tables)
    except _AcrossKeys:
        return False
    return bool(held) and all(name in columns for name, columns in zip(key, held, strict=True))


def _held(query: exp.Expr, tables: Mapping[str, Held]) -> Held:
    if not _reads_keyed(query, tables):
        return ()
    if not isinstance(query, exp.Select):
        raise _AcrossKeys
    if (ctes := query.args.get("with_")) and ctes.args.get("recursive"):
        raise _AcrossKeys
    known = dict(tables)
    for cte in query.ctes:
        known[cte.alias] = _held(cte.this, known)
        if known[cte.alias] and cte.args["alias"].columns:
            raise _AcrossKeys
    return _of_select(query, known)


def _reads_keyed(node: exp.Expr, tables: Mapping[str, Held]) -> bool:
    return any(tables.get(_qualified(table)) for table in node.find_all(exp.Table))


def _qualified(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name


def _of_select(select: exp.Select, tables: Mapping[str, Held]) -> Held:
    first = select.args.get("from_")
    if first is None or not _knows(select, _SELECT) or any(_reads_keyed(part, tables) for part in _expressions(select)):
        raise _AcrossKeys
    joins: list[exp.Join] = select.args.get("joins") or []
    held = {first.this.alias_or_name: _of_source(first.this, tables)}
    names = [first.this.alias_or_name, *(join.this.alias_or_name for join in joins)]
    alone = names[0] if len(names) == 1 else ""
    for join in joins:
        _join(held, join, _of_source(join.this, tables), select)
    holders = {name: columns for name, columns in held.items() if columns}
    if not holders:
        return ()
    _refuse_across(select, holders, alone)
    return _given(select, holders, alone)


def _knows(node: exp.Expr, known: set[str]) -> bool:
    return all(name in known for name, value in node.args.items() if value)


def _expressions(select: exp.Select) -> Iterator[exp.Expr]:
    """All that a select says but its sources."""
    clauses = (select.args.get(name) for name in ("where", "group", "having", "order", "distinct"))
    ons = (join.args.get("on") for join in select.args.get("joins") or [])
    return chain(select.expressions, (node for node in chain(clauses, ons) if node is not None))


def _of_source(source: exp.Expr, tables: Mapping[str, Held]) -> Held:
    if not _reads_keyed(source, tables):
        return ()
    alias = source.args.get("alias")
    if not _knows(source, _TABLE) or (isinstance(alias, exp.TableAlias) and alias.columns):
        raise _AcrossKeys
    if isinstance(source, exp.Table):
        return tables[_qualified(source)]
    if isinstance(source, exp.Subquery):
        return _held(source.this, tables)
    raise _AcrossKeys


def _join(held: dict[str, Held], join: exp.Join, added: Held, select: exp.Select) -> None:
    """Put another source beside those that are there."""
    is_inner = not join.side and join.kind in {"", "INNER", "CROSS"}
    is_left = join.side == "LEFT" and join.kind in {"", "OUTER"}
    if not (is_inner or is_left) or not _knows(join, _JOIN):
        raise _AcrossKeys
    before = {name: columns for name, columns in held.items() if columns}
    name = join.this.alias_or_name
    if added and is_left and not before:
        raise _AcrossKeys
    if added and before:
        conditions = [join.args.get("on"), select.args.get("where") if is_inner else None]
        if not _meet(list(_equalities(conditions)), before, name, added):
            raise _AcrossKeys
    held[name] = added if is_inner else ()


def _meet(equal: Sequence[tuple[exp.Expr, exp.Expr]], before: Mapping[str, Held], name: str, added: Held) -> bool:
    """Whether a source is joined to one before it on every column of the key."""
    pairs = [pair for one, other in equal for pair in ((one, other), (other, one))]
    return any(
        all(
            any(_is_one(mine, name, added[n], "") and _is_one(other, there, columns[n], "") for mine, other in pairs)
            for n in range(len(added))
        )
        for there, columns in before.items()
    )


def _equalities(conditions: Sequence[exp.Expr | None]) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    for condition in conditions:
        node = condition.this if isinstance(condition, exp.Where | exp.Paren) else condition
        if isinstance(node, exp.And):
            yield from _equalities([node.this, node.expression])
        elif isinstance(node, exp.EQ):
            yield node.this, node.expression
        elif node is not condition:
            yield from _equalities([node])


def _is_one(node: exp.Expr, table: str, columns: frozenset[str], alone: str) -> bool:
    """Whether a node is one of a table's columns."""
    return isinstance(node, exp.Column) and (node.table or alone) == table and node.name in columns


def _refuse_across(select: exp.Select, holders: Mapping[str, Held], alone: str) -> None:
    """Refuse windows, groups and distinct rows that take more than one key together."""
    group, distinct = select.args.get("group"), select.args.get("distinct")
    parts: list[Sequence[exp.Expr]] = []
    if group is not None:
        if not _knows(group, {"expressions"}):
            raise _AcrossKeys
        parts.append(group.expressions)
    own = [node for part in _expressions(select) for node in part.find_all(exp.Window, exp.AggFunc)]
    own = [node for node in own if node.find_ancestor(exp.Query) is select]
    parts += [node.args.get("partition_by") or [] for node in own if isinstance(node, exp.Window)]
    gathers = any(isinstance(node, exp.AggFunc) and not _is_windowed(node) for node in own)
    if (gathers and group is None) or (distinct is not None and distinct.args.get("on")):
        raise _AcrossKeys
    if not all(_covers(part, holders, alone) for part in parts):
        raise _AcrossKeys


def _is_windowed(node: exp.Expr) -> bool:
    return isinstance(node.find_ancestor(exp.Window, exp.Query), exp.Window)


def _covers(nodes: Sequence[exp.Expr], holders: Mapping[str, Held], alone: str) -> bool:
    """Whether every column of the key is among the nodes."""
    width = len(next(iter(holders.values())))
    return all(
        any(_is_one(node, name, columns[n], alone) for node in nodes for name, columns in holders.items())
        for n in range(width)
    )


def _given(select: exp.Select, holders: Mapping[str, Held], alone: str) -> Held:
    """The columns of the result that hold the key."""
    if alone and any(node.is_star for node in select.expressions):
        return holders[alone]
    width = len(next(iter(holders.values())))
    given = tuple(
        frozenset(
            node.alias_or_name
            for node in select.expressions
            for name, columns in holders.items()
            if _is_one(node.unalias(), name, columns[n], alone)
        )
        for n in range(width)
    )
    if not all(given):
        raise _AcrossKeys
    return given
