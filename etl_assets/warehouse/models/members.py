"""Facts' pointers to dimensions: resolved when a fact is built, moved when a dimension's versions change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from sqlglot import exp, parse_one

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import state
from etl_assets.warehouse.models.declare import Incremental, Member, Type2
from etl_assets.warehouse.statement import Bindings, to_sql

UNKNOWN = -1
"""The surrogate key of the member that stands for no key, and for a time at which the key had no version."""


@dataclass(frozen=True)
class Dimension:
    """A built dimension, as a fact sees it.

    Args:
        name: Its key.
        surrogate: The surrogate key's column.
        natural: The natural key's column.
    """

    name: str
    surrogate: str
    natural: str

    @property
    def table(self) -> TableName:
        """The table's name."""
        return TableName.parse(self.name)


@dataclass(frozen=True)
class Pointer:
    """A fact's member, as the ledger keeps it."""

    fact: TableName
    member: Member


def dimension(session: Session, name: str) -> Dimension:
    """A dimension that has been built.

    Raises:
        DeclarationError: When it has not.
    """
    rows = session.ask("ledger/dimension", values={"dimension": name})
    if not rows:
        message = f"{name} has not been built, so no fact can point to it."
        raise DeclarationError(message, mend=f"Materialise {name} first.")
    return Dimension(name, *rows[0])


def register(session: Session, model: Incremental) -> None:
    """Write down which dimensions the fact points to."""
    session.do("ledger/forget_members", values={"fact": model.name})
    for member in model.members:
        session.do(
            "ledger/insert_member",
            values={
                "fact": model.name,
                "member_column": member.column,
                "dimension": member.dimension,
                "natural_key": member.by,
                "at_expression": member.at or "",
                "otherwise": member.otherwise,
            },
        )


def pointers_to(session: Session, name: str) -> list[Pointer]:
    """The facts' members that point to a dimension, in name order, of the facts that exist."""
    found = [
        Pointer(
            TableName.parse(fact),
            Member(
                column=column, dimension=name, by=by, at=at or None, otherwise=cast("Literal['unknown']", otherwise)
            ),
        )
        for fact, column, by, at, otherwise in session.ask("ledger/members_of", values={"dimension": name})
    ]
    return [pointer for pointer in found if session.columns(pointer.fact.schema, pointer.fact.table)]


def infer_members(session: Session, model: Incremental) -> dict[str, int]:
    """Give every dimension a member for each key that ``asked`` names and it never saw; counts by dimension."""
    counts: dict[str, int] = {}
    for member in model.members:
        known = dimension(session, member.dimension)
        bindings = Bindings(
            tables={"target": known.table.qualified},
            expressions={
                "surrogate": exp.column(known.surrogate),
                "natural": exp.column(known.natural),
                "by": exp.column(member.by),
            },
        )
        inserted = session.do("history/insert_inferred", bindings, {"dimension": known.name})
        counts[known.name] = counts.get(known.name, 0) + inserted
    return counts


def resolve_members(session: Session, model: Incremental) -> None:
    """Put ``asked`` with its surrogate keys into ``built``."""
    query = exp.select("f.*").from_("asked as f")
    for number, member in enumerate(model.members):
        known = dimension(session, member.dimension)
        query = _joined(query, known, member, f"d{number}", session.dialect)
        found = exp.column(known.surrogate, table=f"d{number}", quoted=True)
        query = query.select(
            exp.alias_(exp.Coalesce(this=found, expressions=[exp.Literal.number(UNKNOWN)]), member.column, quoted=True)
        )
    session.run(f"create temp table built as {to_sql(query, session.dialect)}")
    session.analyze("built")


def _joined(query: exp.Select, known: Dimension, member: Member, alias: str, dialect: type[Dialect]) -> exp.Select:
    del dialect
    same = exp.column(known.natural, table=alias, quoted=True).eq(exp.column(member.by, table="f", quoted=True))
    alive = parse_one(f"{alias}.is_current", dialect="postgres")
    if member.at is not None:
        at = _over(member.at, "f")
        during = exp.and_(exp.column("valid_from", table=alias) <= at, exp.column("valid_to", table=alias) > at.copy())
        alive = exp.or_(exp.column("is_inferred", table=alias), during)
    return query.join(
        exp.alias_(exp.to_table(known.table.qualified), alias), on=exp.and_(same, alive), join_type="left"
    )


def _over(expression: str, alias: str) -> exp.Expr:
    """An expression over the fact's columns, each taken from the alias."""
    tree = exp.paren(parse_one(expression, dialect="postgres"))
    for column in tree.find_all(exp.Column):
        column.set("table", exp.to_identifier(alias))
    return tree


def repoint(session: Session, name: str, key: Sequence[str]) -> dict[tuple[str, str], int]:
    """Move the facts whose key has changed because ``touched`` keys of a dimension have; rows by fact and column."""
    known = dimension(session, name)
    moved = {}
    for number, pointer in enumerate(pointers_to(session, name)):
        table = f"moving_{number}"
        query = _moving(pointer, known, key[0], session.dialect)
        session.run(f"create temp table {table} as {to_sql(query, session.dialect)}")
        session.analyze(table)
        bindings = Bindings(
            tables={"target": pointer.fact.qualified, "moving": table},
            expressions={"member": exp.column(pointer.member.column)},
        )
        moved[pointer.fact.key, pointer.member.column] = session.do("model/repoint", bindings)
    return moved


def _moving(pointer: Pointer, known: Dimension, key: str, dialect: type[Dialect]) -> exp.Select:
    member = pointer.member
    row = exp.column(dialect.ROW_ID, table="f")
    found = exp.Coalesce(
        this=exp.column(known.surrogate, table="d", quoted=True), expressions=[exp.Literal.number(UNKNOWN)]
    )
    same = exp.column(key, table="t", quoted=True).eq(exp.column(member.by, table="f", quoted=True))
    query = exp.select(exp.alias_(row, "fact_row"), exp.alias_(found, "new_key"))
    query = query.from_(exp.alias_(exp.to_table(pointer.fact.qualified), "f")).join("touched as t", on=same)
    query = _joined(query, known, member, "d", dialect)
    return query.where(exp.NullSafeNEQ(this=exp.column(member.column, table="f", quoted=True), expression=found.copy()))


def drop_unnamed(session: Session, name: str) -> int:
    """Drop the inferred members of a dimension that no fact names any more."""
    known = dimension(session, name)
    named = [
        exp.select(exp.alias_(exp.column(pointer.member.by, quoted=True), "natural_key"))
        .from_(pointer.fact.qualified)
        .where(exp.column(pointer.member.by, quoted=True).is_(exp.null()).not_())
        for pointer in pointers_to(session, name)
    ]
    query = named[0] if len(named) == 1 else exp.union(*named)
    bindings = Bindings(
        tables={"target": known.table.qualified},
        queries={"named_keys": query},
        expressions={"natural": exp.column(known.natural)},
    )
    return session.do("history/delete_inferred", bindings)


def register_dimension(session: Session, model: Type2) -> None:
    """Write down what a fact has to know to point to a dimension."""
    session.do("ledger/forget_dimension", values={"dimension": model.name})
    values = {"dimension": model.name, "surrogate": model.surrogate, "natural_key": model.key[0]}
    session.do("ledger/insert_dimension", values=values)


def record_moves(session: Session, name: str, version: int, moved: Mapping[tuple[str, str], int]) -> None:
    """Write down how many facts a dimension's build has moved."""
    for (fact, column), rows in moved.items():
        values = {
            "fact": fact,
            "member_column": column,
            "dimension": name,
            "dimension_version": version,
            "rows_moved": rows,
        }
        session.do("ledger/insert_repoint", values=values)


def record_change(session: Session, name: str) -> None:
    """Give a table a new version because another one's build has changed rows of it."""
    last = state.last_build(session, name)
    rows = session.value(f"select count(*) from {TableName.parse(name).qualified}")  # noqa: S608 - a declared name
    state.record_build(session, name, last.definition, rows=rows, actions={}, seconds=0.0)
