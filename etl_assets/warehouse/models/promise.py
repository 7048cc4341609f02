"""What a declaration says of a query's columns, held against what the query gives, before anything is built."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from sqlglot import exp, parse_one

from etl_assets.errors import DeclarationError, WarehouseError
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.audit import checks_of
from etl_assets.warehouse.models.cascade import refuse_unfit
from etl_assets.warehouse.models.declare import LIFE, Incremental, Member, Model, Table, Type2
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.reads import behind_views, everything
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import to_sql

_ORDER = ("effective_at", "sequence", "op")
_UNLIKE: Final = re.compile(r"(double|float|real).*|numeric|(?:numeric|decimal)\((\d+),\s*\2\)", re.IGNORECASE)
"""Types of which one value has other texts on another engine: 1.0 and 1, .500 and 0.500."""


def refuse_broken(session: Session, plan: Plan) -> None:
    """See that a model's query can be asked and gives every column that the declaration names.

    Raises:
        DeclarationError: When it does not; the message names the model, its file and the columns.
        WarehouseError: When the engine cannot ask it.
    """
    model, path = plan.model, plan.sql.path
    given = _described(session, plan)
    held = {name.lower() for name in given}
    if missing := [name for name in _named(model) if name.lower() not in held]:
        message = f"{model.name} declares {', '.join(missing)}, which {path.name} does not give."
        mend = f"Select it in {path}, or correct the declaration; the query gives {', '.join(given)}."
        raise DeclarationError(message, mend=mend)
    own = _put_in(model)
    if twice := [name for name in own if name.lower() in held]:
        message = f"{path.name} gives {', '.join(twice)}, which the build of {model.name} puts in itself."
        raise DeclarationError(message, mend=f"Take it out of {path}, or declare what is put in under another name.")
    if isinstance(model, Type2):
        _refuse_unlike_keys(model, given)
        refuse_unfit(session, model, given)
        _refuse_other_since(session, plan, model)
    _refuse_checks(plan, _published(model) if isinstance(model, Type2) else [*given, *own])


def _described(session: Session, plan: Plan) -> dict[str, str]:
    try:
        return session.described(to_sql(plan.sql.for_engine(session.dialect), session.dialect))
    except WarehouseError as error:
        message = f"{plan.model.name} cannot be asked as {plan.sql.path.name} says: {error.message}"
        raise WarehouseError(message, mend=error.mend or f"Correct {plan.sql.path}, or build what it reads.") from error


def _refuse_unlike_keys(model: Type2, given: Mapping[str, str]) -> None:
    """Refuse a key whose text depends on the engine, and with it the surrogate keys."""
    types = {name.lower(): kind for name, kind in given.items()}
    for name in model.key:
        if _UNLIKE.fullmatch(kind := types[name.lower()]):
            message = f"{model.name} has {name} in its key, of type {kind}, whose text is not the same on all engines."
            raise DeclarationError(
                message, mend="Let it be a whole number, a text, or a numeric with room before the point."
            )


def _refuse_other_since(session: Session, plan: Plan, model: Type2) -> None:
    """Refuse a column that was added, of which snapshots do not say so: they keep what stays the same once."""
    for name in everything(behind_views(session, plan.sql.upstreams, plan.root)) if model.added else ():
        kept = ledger.declaration(session, name.key)
        observed = Observations.from_json(kept) if kept else None
        if observed is None or not observed.means("snapshot"):
            continue
        for one in model.added:
            wanted = one.since.isoformat(" ")
            if one.column in observed.columns and observed.since.get(one.column) != wanted:
                message = f"{model.name} knows {one.column} since {wanted}, and {name.key} does not say so."
                raise DeclarationError(message, mend=f"Declare since in the column {one.column} of {name.key} as well.")


def _refuse_checks(plan: Plan, columns: Iterable[str]) -> None:
    """Refuse checks of columns that the table will not have, and two that have one name."""
    names = [check.name for check in checks_of(plan.model)]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"{plan.model.name} has more than one check with the name {', '.join(twice)}."
        raise DeclarationError(message, mend="Declare one of them, or give it another name.")
    held = {name.lower() for name in columns}
    for check in plan.model.checks:
        if missing := [name for name in check.columns if name.lower() not in held]:
            message = f"The check {check.name} of {plan.model.name} looks at {', '.join(missing)}, which is no column."
            raise DeclarationError(message, mend=f"Select it in {plan.sql.path}, or correct the check.")


def _named(model: Model) -> tuple[str, ...]:
    """The columns that a declaration expects of the query, each once."""
    named: list[str] = []
    if isinstance(model, Table | Incremental):
        named += model.key
    if isinstance(model, Incremental):
        named += (column for member in model.members for column in (*member.named, *_of_time(member)))
    if isinstance(model, Type2):
        first = ("first_sequence",) if model.original else ()
        own = (name for name in (*model.original, *model.overwritten, *model.tracked) if name not in model.looked_up)
        named += (*model.key, *own, *_ORDER, *first, *(name for lookup in model.lookups for name in lookup.named))
    return tuple(dict.fromkeys(named))


def _of_time(member: Member) -> list[str]:
    """The columns in a member's time."""
    tree = parse_one(member.at, dialect="postgres") if member.at else exp.null()
    return [column.name for column in tree.find_all(exp.Column)]


def _put_in(model: Model) -> tuple[str, ...]:
    if isinstance(model, Type2):
        return model.looked_up
    return tuple(member.column for member in model.members) if isinstance(model, Incremental) else ()


def _published(model: Type2) -> tuple[str, ...]:
    return (model.surrogate, *model.key, *model.attributes, *LIFE)
