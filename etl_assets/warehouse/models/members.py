"""Facts' surrogate keys: resolved when a fact is built, moved when a dimension's versions change."""

from dataclasses import replace

from sqlglot import exp

from etl_assets.errors import WarehouseError
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Incremental
from etl_assets.warehouse.models.forms import Facts, Form, beside, counts_of, form_for
from etl_assets.warehouse.models.lives import columns_of_moment, same
from etl_assets.warehouse.models.pointers import Dimension, Pointer, dimension, pointers_to
from etl_assets.warehouse.statement import Bindings, to_sql

UNKNOWN = -1
"""The surrogate key of the member that stands for no key, and for a time at which the key had no version."""


def resolve_members(session: Session, model: Incremental, *, facts: int) -> None:
    """Let ``built`` show the facts of ``asked``, so many of them, with their surrogate keys."""
    columns = tuple(session.columns("", "asked"))
    found: list[exp.Expr] = []
    told = Facts(query=exp.select().from_("asked as f"), columns=columns)
    for number, member in enumerate(model.members):
        known = dimension(session, member.dimension)
        counts = counts_of(session, known)
        among = ("asked", member.named) if facts < counts.keys else None
        told, key = beside(
            replace(told, among=among), known, member, f"d{number}", form_for(session.dialect, counts, facts)
        )
        found.append(exp.alias_(_or_unknown(key), member.column, quoted=True))
    listed = [exp.column(name, table="f", quoted=True) for name in columns]
    session.run(f"create temp view built as {to_sql(told.query.select(*listed, *found), session.dialect)}")


def repoint(session: Session, name: str) -> dict[tuple[str, str], int]:
    """Move the facts whose key has changed because ``touched`` keys of a dimension have; rows by fact and column.

    Raises:
        WarehouseError: When the engine does not move all of them.
    """
    known = dimension(session, name)
    moved = {}
    for number, pointer in enumerate(pointers_to(session, name)):
        facts, moving = f"concerned_{number}", f"moving_{number}"
        concerned = session.run(
            f"create temp table {facts} as {to_sql(_concerned(session, pointer, known), session.dialect)}"
        )
        form = form_for(session.dialect, counts_of(session, known), concerned)
        query = _moving(pointer, known, facts, form)
        wanted = session.run(f"create temp table {moving} as {to_sql(query, session.dialect)}")
        bindings = Bindings(
            tables={"target": pointer.fact.qualified, "moving": moving},
            expressions={"member": exp.column(pointer.member.column)},
        )
        written = session.do("model/repoint", bindings) if wanted else 0
        _refuse_unmoved(pointer, wanted, written)
        moved[pointer.fact.key, pointer.member.column] = written
    return moved


def _refuse_unmoved(pointer: Pointer, wanted: int, moved: int) -> None:
    if moved != wanted:
        message = f"Of {pointer.fact.key} {wanted} rows have another {pointer.member.column} now; {moved} were written."
        raise WarehouseError(message, mend="Look for a trigger, a rule or another program that writes the table.")


def _columns(pointer: Pointer) -> tuple[str, ...]:
    member = pointer.member
    return tuple(dict.fromkeys([*member.named, *columns_of_moment(member), member.column]))


def _concerned(session: Session, pointer: Pointer, known: Dimension) -> exp.Select:
    """The facts of the touched keys: their physical rows, and what they point to and by what."""
    facts = exp.select(exp.alias_(exp.column(session.dialect.ROW_ID, table="r"), "fact_row"))
    facts = facts.select(*(exp.column(name, table="r", quoted=True) for name in _columns(pointer)))
    facts = facts.from_(exp.alias_(exp.to_table(pointer.fact.qualified), "r"))
    return facts.join("touched as t", on=same("t", known.natural, "r", pointer.member.named))


def _moving(pointer: Pointer, known: Dimension, facts: str, form: Form) -> exp.Select:
    """Those of them that point elsewhere now."""
    told = Facts(
        query=exp.select().from_(f"{facts} as f"),
        columns=("fact_row", *_columns(pointer)),
        among=("touched", known.natural),
    )
    told, key = beside(told, known, pointer.member, "d", form)
    before = exp.column(pointer.member.column, table="f", quoted=True)
    query = told.query.select("f.fact_row", exp.alias_(_or_unknown(key), "new_key"))
    return query.where(exp.NullSafeNEQ(this=before, expression=_or_unknown(key)))


def _or_unknown(key: exp.Expr) -> exp.Expr:
    return exp.Coalesce(this=key.copy(), expressions=[exp.Literal.number(UNKNOWN)])
