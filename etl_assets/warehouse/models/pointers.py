"""Who points to whom, as the ledgers keep it: a dimension as facts see it, and a fact's members."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.names import TableName
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import state
from etl_assets.warehouse.models.declare import Incremental, Member, Type2

_TEXT = ("VARCHAR", "TEXT", "CHARACTER")


@dataclass(frozen=True)
class Dimension:
    """A built dimension.

    Args:
        name: Its key.
        surrogate: The surrogate key's column.
        natural: The natural key's columns.
        salt: What is hashed with every surrogate key.
        unknown_member: Whether it has the member -1.
    """

    name: str
    surrogate: str
    natural: tuple[str, ...]
    salt: str = ""
    unknown_member: bool = True

    @classmethod
    def of(cls, model: Type2) -> Self:
        """The one that a model builds."""
        return cls(model.name, model.surrogate, model.key, model.salt, model.unknown_member)

    @property
    def table(self) -> TableName:
        """The table's name."""
        return TableName.parse(self.name)


@dataclass(frozen=True)
class Pointer:
    """A fact's member."""

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
    kept = json.loads(rows[0][0])
    return Dimension(**(kept | {"natural": tuple(kept["natural"])}))


def points_to_no_member(table: str, pointed: str) -> DeclarationError:
    """What to raise for a table that points to another one, or looks it up, which has no unknown member."""
    message = f"{table} points to {pointed}, which is declared with unknown_member=False."
    return DeclarationError(message, mend=f"Join {pointed} in the SQL of {table}, or let it have its unknown member.")


def keep_dimension(session: Session, known: Dimension) -> bool:
    """Write down what a fact has to know to point to a dimension; gives whether its key had other columns before.

    Raises:
        DeclarationError: When facts point to it, and it is to be without the member -1.
    """
    for pointer in () if known.unknown_member else pointers_to(session, known.name):
        raise points_to_no_member(pointer.fact.key, known.name)
    before = session.ask("ledger/dimension", values={"dimension": known.name})
    session.do("ledger/forget_dimension", values={"dimension": known.name})
    values = {"dimension": known.name, "declaration": json.dumps(asdict(known))}
    session.do("ledger/insert_dimension", values=values)
    return bool(before) and tuple(json.loads(before[0][0])["natural"]) != known.natural


def keep_members(session: Session, model: Incremental) -> None:
    """Write down which dimensions a fact points to.

    Raises:
        DeclarationError: When a member names fewer or more columns than its dimension's key has, or its dimension has
            no member -1.
    """
    session.do("ledger/forget_members", values={"fact": model.name})
    for member in model.members:
        mend = "Name one column for each column of the dimension's key, in its order."
        known = dimension(session, member.dimension)
        _refuse_other_width(model.name, member, known, mend)
        if not known.unknown_member:
            raise points_to_no_member(model.name, known.name)
        values = {
            "fact": model.name,
            "member_column": member.column,
            "dimension": member.dimension,
            "declaration": json.dumps(asdict(member)),
        }
        session.do("ledger/insert_member", values=values)


def _refuse_other_width(fact: str, member: Member, known: Dimension, mend: str) -> None:
    if len(member.named) != len(known.natural):
        message = f"{fact} points to {known.name} by {', '.join(member.named)}, its key is {known.natural}."
        raise DeclarationError(message, mend=mend)


def pointers_to(session: Session, name: str) -> list[Pointer]:
    """The facts' members that point to a dimension, in name order, of the facts that exist."""
    rows = session.ask("ledger/members_of", values={"dimension": name})
    found = [Pointer(TableName.parse(fact), _member(declaration)) for fact, declaration in rows]
    return [pointer for pointer in found if session.columns(pointer.fact.schema, pointer.fact.table)]


def refuse_incomparable(session: Session, known: Dimension) -> None:
    """See that facts hold all of a dimension's key, as text where it is text, and as something else where it is not.

    Raises:
        DeclarationError: When one does not: no engine can be trusted to compare a text with something else.
    """
    own = session.columns(known.table.schema, known.table.table)
    for pointer in pointers_to(session, known.name):
        fact, anew = session.columns(pointer.fact.schema, pointer.fact.table), f"drop {pointer.fact.qualified}"
        mend = f"Declare the fact's member anew, and {anew}: its next build makes it again."
        _refuse_other_width(pointer.fact.key, pointer.member, known, mend)
        for column, by in zip(known.natural, pointer.member.named, strict=True):
            if own[column].upper().startswith(_TEXT) != fact[by].upper().startswith(_TEXT):
                held = f"{pointer.fact.key} holds {by} as {fact[by]}"
                message = f"{known.name} has {column} as {own[column]}, and {held}."
                mend = f"Give both the same type, and {anew}: its next build makes it again."
                raise DeclarationError(message, mend=mend)


def pointing(session: Session, name: str) -> exp.Query:
    """A query for the surrogate keys of a dimension that facts hold: fact, column and key of every row."""
    selects = [
        _listed(pointer.fact.key, pointer.member.column).from_(pointer.fact.qualified)
        for pointer in pointers_to(session, name)
    ] or [_listed("", dimension(session, name).surrogate).from_(TableName.parse(name).qualified).where("1 = 0")]
    return selects[0] if len(selects) == 1 else exp.union(*selects, distinct=False)


def _listed(fact: str, column: str) -> exp.Select:
    texts = {"fact": exp.Literal.string(fact), "member_column": exp.Literal.string(column)}
    named = [exp.alias_(text, name) for name, text in texts.items()]
    return exp.select(*named, exp.alias_(exp.column(column, quoted=True), "surrogate"))


def _member(declaration: str) -> Member:
    kept = json.loads(declaration)
    return Member(**(kept | {"by": kept["by"] if isinstance(kept["by"], str) else tuple(kept["by"])}))


def dimensions_of(session: Session, fact: str) -> list[str]:
    """The dimensions that a fact pointed to when it was last built."""
    return [row[0] for row in session.ask("ledger/dimensions_of", values={"fact": fact})]


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


def record_change(session: Session, name: str, *, more: int = 0) -> None:
    """Give a table a new version because another one's build has changed rows of it, and so many more are there."""
    last = state.last_build(session, name)
    state.record_build(session, name, last.definition, rows=last.rows + more, actions={}, seconds=0.0)
