"""Facts' surrogate keys: resolved when a fact is built, moved when a dimension's versions change."""

from collections.abc import Sequence

from sqlglot import exp, parse_one

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Incremental, Member
from etl_assets.warehouse.models.pointers import Dimension, Pointer, dimension, pointers_to
from etl_assets.warehouse.statement import Bindings, to_sql

UNKNOWN = -1
"""The surrogate key of the member that stands for no key, and for a time at which the key had no version."""
_READ = ("valid_from", "valid_to", "is_current", "is_inferred")


def resolve_members(session: Session, model: Incremental) -> None:
    """Put ``asked`` with its surrogate keys into ``built``."""
    query = exp.select("f.*").from_("asked as f")
    for number, member in enumerate(model.members):
        known, alias = dimension(session, member.dimension), f"d{number}"
        query = _joined(query, known, member, alias, among=("asked", member.named))
        query = query.select(exp.alias_(_found(known, alias), member.column, quoted=True))
    session.run(f"create temp table built as {to_sql(query, session.dialect)}")
    session.analyze("built")


def repoint(session: Session, name: str) -> dict[tuple[str, str], int]:
    """Move the facts whose key has changed because ``touched`` keys of a dimension have; rows by fact and column.

    Raises:
        WarehouseError: When the engine does not move all of them.
    """
    known = dimension(session, name)
    moved = {}
    for number, pointer in enumerate(pointers_to(session, name)):
        table = f"moving_{number}"
        query = _moving(pointer, known, session.dialect.ROW_ID)
        session.run(f"create temp table {table} as {to_sql(query, session.dialect)}")
        session.analyze(table)
        bindings = Bindings(
            tables={"target": pointer.fact.qualified, "moving": table},
            expressions={"member": exp.column(pointer.member.column)},
        )
        moved[pointer.fact.key, pointer.member.column] = session.do("model/repoint", bindings)
        _refuse_unmoved(session, pointer, table, moved[pointer.fact.key, pointer.member.column])
    return moved


def _refuse_unmoved(session: Session, pointer: Pointer, table: str, moved: int) -> None:
    wanted = session.value(f"select count(*) from {table}")  # noqa: S608 - the build's own table
    if moved != wanted:
        message = f"Of {pointer.fact.key} {wanted} rows have another {pointer.member.column} now; {moved} were written."
        raise WarehouseError(message, mend="Look for a trigger, a rule or another program that writes the table.")


def _moving(pointer: Pointer, known: Dimension, row_id: str) -> exp.Select:
    member = pointer.member
    found = _found(known, "d")
    query = exp.select(exp.alias_(exp.column(row_id, table="f"), "fact_row"), exp.alias_(found, "new_key"))
    query = query.from_(exp.alias_(exp.to_table(pointer.fact.qualified), "f"))
    query = query.join("touched as t", on=same("t", known.natural, "f", member.named))
    query = _joined(query, known, member, "d", among=("touched", known.natural))
    return query.where(exp.NullSafeNEQ(this=exp.column(member.column, table="f", quoted=True), expression=found.copy()))


def _found(known: Dimension, alias: str) -> exp.Expr:
    surrogate = exp.column(known.surrogate, table=alias, quoted=True)
    return exp.Coalesce(this=surrogate, expressions=[exp.Literal.number(UNKNOWN)])


def same(left: str, columns: Sequence[str], right: str, others: Sequence[str]) -> exp.Expr:
    """Whether two tables agree in columns, pair by pair."""
    pairs = zip(columns, others, strict=True)
    return exp.and_(
        *(
            exp.column(one, table=left, quoted=True).eq(exp.column(other, table=right, quoted=True))
            for one, other in pairs
        )
    )


def _joined(
    query: exp.Select, known: Dimension, member: Member, alias: str, *, among: tuple[str, Sequence[str]]
) -> exp.Select:
    """The query with the member that each fact ``f`` points to beside it.

    Args:
        query: Over the facts.
        known: The dimension.
        member: How the facts point to it.
        alias: The name of the dimension in the query.
        among: A table, and its columns, that hold every key that the facts name.
    """
    alive: exp.Expr = exp.column("is_current", table=alias)
    if member.at is not None:
        alive = exp.or_(exp.column("is_inferred", table=alias), _during(member, member.at, alias))
    is_lenient = member.at is not None and (member.before_first, member.in_gap) != ("unknown", "unknown")
    versions = _neighbours(known, *among).subquery(alias) if is_lenient else _table(known, alias)
    on = exp.and_(same(alias, known.natural, "f", member.named), alive)
    return query.join(versions, on=on, join_type="left")


def _table(known: Dimension, alias: str) -> exp.Expr:
    return exp.alias_(exp.to_table(known.table.qualified), alias, table=True)


def _during(member: Member, expression: str, alias: str) -> exp.Expr:
    """Whether a version is the one for the fact's time; NULL for a fact without time."""
    at = _over(expression, "f")
    begins, ends, follows = (exp.column(name, table=alias) for name in ("valid_from", "valid_to", "_next_from"))
    goes_on = ends > at.copy()
    if member.in_gap == "last_before":
        goes_on = exp.or_(follows.is_(exp.null()), follows > at.copy())
    during = exp.and_(begins <= at.copy(), goes_on)
    if member.before_first == "first":
        during = exp.or_(during, exp.and_(exp.column("_is_first", table=alias), begins > at.copy()))
    return during


def _neighbours(known: Dimension, table: str, columns: Sequence[str]) -> exp.Select:
    """The versions of the keys in a table, each with the beginning of the next and whether it is the first."""
    natural = [exp.column(name, table="k", quoted=True) for name in known.natural]
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("valid_from", table="k"))])
    following = exp.Lead(this=exp.column("valid_from", table="k"))
    windows = [
        exp.Window(this=function, partition_by=[column.copy() for column in natural], order=order.copy())
        for function in (following, exp.RowNumber())
    ]
    named = exp.Exists(this=exp.select("1").from_(f"{table} as a").where(same("a", columns, "k", known.natural)))
    return (
        exp.select(exp.column(known.surrogate, table="k", quoted=True), *natural)
        .select(*(exp.column(name, table="k") for name in _READ))
        .select(exp.alias_(windows[0], "_next_from"), exp.alias_(windows[1].eq(1), "_is_first"))
        .from_(_table(known, "k"))
        .where(named)
    )


def _over(expression: str, alias: str) -> exp.Expr:
    """An expression over the fact's columns, each taken from the alias."""
    tree = exp.paren(parse_one(expression, dialect="postgres"))
    for column in tree.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return tree
