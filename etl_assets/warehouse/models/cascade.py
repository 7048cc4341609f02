"""Cascades: a dimension's columns that another table's key has, put beside what is observed of its own keys.

What the other key was at each observation's time, and one more observation wherever that changes before the next: from
there on, versions follow as from any other observations (docs/history.md). Knows nothing of what columns mean.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Model, Type2
from etl_assets.warehouse.models.lookup import Lookup
from etl_assets.warehouse.models.scope import Upstream, collect_touched, narrow, put_aside
from etl_assets.warehouse.observations import Observations
from etl_assets.warehouse.statement import Bindings

_TEXT = ("VARCHAR", "TEXT", "CHARACTER")


def observe(session: Session, model: Type2, query: exp.Expr, *, narrowed: bool) -> None:
    """Put what a model's query observes into ``observed``, with all that it looks up.

    Args:
        session: The build's.
        model: The dimension.
        query: Its query, over everything or over the touched keys.
        narrowed: Whether it is over the touched keys, so that few of the other keys matter.
    """
    tables = [*(f"observed_{number}" for number in range(len(model.lookups))), "observed"]
    put_aside(session, tables[0], query)
    for number, (source, target) in enumerate(pairwise(tables)):
        _tell_states(session, number, model.lookups[number], source, narrowed=narrowed)
        session.do("history/look_up", _bindings(model, number, source, target))
        session.analyze(target)


def _bindings(model: Type2, number: int, source: str, target: str) -> Bindings:
    """What the statement has to know that puts one lookup's columns beside what was observed."""
    lookup = model.lookups[number]
    there = {name for other in model.lookups[:number] for name in other.origins}
    declared = (*model.original, *model.overwritten, *model.tracked)
    attributes = [name for name in declared if name not in model.looked_up or name in there]
    goes_by = [name for other in model.lookups for name in other.named]
    first = ["first_sequence"] if model.original else []
    return Bindings(
        columns={
            "key": model.key,
            "by": lookup.named,
            "looked_up": tuple(lookup.origins),
            "carried": tuple(dict.fromkeys([*model.key, *attributes, *goes_by, "sequence", *first, "op"])),
        },
        tables={"observed": source, "extended": target, "state": f"state_{number}"},
    )


def _tell_states(session: Session, number: int, lookup: Lookup, source: str, *, narrowed: bool) -> None:
    """Put what the other keys were, from when to when, into ``state_<n>``."""
    observations = _observations(session, lookup)
    table = observations.table.qualified
    if narrowed:
        keys = [exp.column(name, quoted=True) for name in lookup.named]
        put_aside(session, f"asked_{number}", exp.select(*keys).distinct().from_(source))
        upstream = Upstream(observations, observations.key)
        table = narrow(session, upstream, f"asked_{number}", lookup.named, view=f"looked_up_{number}")
    bindings = Bindings(
        columns={"by": lookup.named, "looked_up": tuple(lookup.origins)},
        tables={"state": f"state_{number}"},
        queries={"other": _renamed(lookup, observations, table)},
        expressions={"reach": exp.true() if lookup.before_first == "first" else exp.false()},
    )
    session.do("history/states", bindings)
    session.analyze(f"state_{number}")


def _renamed(lookup: Lookup, observations: Observations, table: str) -> exp.Select:
    """The other table under the names that the dimension has for its key and columns."""
    pairs = [*zip(observations.key, lookup.named, strict=True), *((b, a) for a, b in lookup.origins.items())]
    renamed = [exp.alias_(exp.column(origin, quoted=True), name, quoted=True) for origin, name in pairs]
    return exp.select(*renamed, "effective_at", "sequence", "op").from_(table)


def naming_changed(session: Session, model: Model, query: exp.Expr, since: Mapping[str, int]) -> list[exp.Select]:
    """Queries for the keys of which any observation names another table's key that has new observations.

    They read all that the model's query gives, but only when there is such a key.

    Args:
        session: The build's.
        model: The dimension; no other model looks up anything.
        query: Its query over everything.
        since: The loads that its last build knew.
    """
    found: list[exp.Select] = []
    if not isinstance(model, Type2):
        return found
    for number, lookup in enumerate(model.lookups):
        observations = _observations(session, lookup)
        upstreams = {lookup.table: Upstream(observations, observations.key)}
        changed = f"changed_{number}"
        if not collect_touched(session, upstreams, since, lookup.named, table=changed):
            continue
        found.append(_naming(model, query, lookup, changed))
    return found


def naming_told(session: Session, model: Type2, query: exp.Expr, since: datetime) -> list[exp.Select]:
    """Queries for the keys of which any observation names another table's key that something is told of from a time on.

    Args:
        session: The build's.
        model: The dimension.
        query: Its query over everything.
        since: That time.
    """
    found: list[exp.Select] = []
    for number, lookup in enumerate(model.lookups):
        observations = _observations(session, lookup)
        pairs = zip(observations.key, lookup.named, strict=True)
        keys = [exp.alias_(exp.column(key, quoted=True), name, quoted=True) for key, name in pairs]
        told = exp.select(*keys).distinct().from_(observations.table.qualified).where(observed_from(since))
        put_aside(session, f"told_{number}", told)
        found.append(_naming(model, query, lookup, f"told_{number}"))
    return found


def observed_from(since: datetime) -> exp.Expr:
    """Whether an observation is of a time or a later one."""
    return exp.column("effective_at") >= exp.cast(exp.Literal.string(since.isoformat(" ")), "timestamp")


def _naming(model: Type2, query: exp.Expr, lookup: Lookup, table: str) -> exp.Select:
    """The keys of which any observation names another table's key that a temporary table has."""
    same = [
        exp.column(name, table="c", quoted=True).eq(exp.column(name, table="q", quoted=True)) for name in lookup.named
    ]
    keys = [exp.column(name, table="q", quoted=True) for name in model.key]
    whole = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("q")))
    return exp.select(*keys).from_(whole).join(f"{table} as c", on=exp.and_(*same))


def refuse_unfit(session: Session, model: Type2, given: Mapping[str, str]) -> None:
    """See that the tables that a dimension looks up have the columns that it names.

    Args:
        session: Where they are.
        model: The dimension.
        given: What its query gives, types by name.

    Raises:
        DeclarationError: When one does not; the message names table and column.
    """
    types = {name.lower(): kind for name, kind in given.items()}
    for lookup in model.lookups:
        observations = _observations(session, lookup)
        if missing := sorted(set(lookup.origins.values()) - set(observations.columns)):
            message = f"{model.name} looks up {', '.join(missing)}, which {lookup.dataset} does not have."
            raise DeclarationError(message, mend=f"Its columns are {', '.join(observations.columns)}.")
        if len(lookup.named) != len(observations.key):
            message = f"{model.name} looks up {lookup.dataset} by {', '.join(lookup.named)}."
            raise DeclarationError(message, mend=f"Its key is {', '.join(observations.key)}: name a column for each.")
        there = session.columns(observations.table.schema, observations.table.table)
        for name, key in zip(lookup.named, observations.key, strict=True):
            _refuse_other_kind(model, lookup, (name, types[name.lower()]), (key, there[key]))


def _refuse_other_kind(model: Type2, lookup: Lookup, one: tuple[str, str], other: tuple[str, str]) -> None:
    """Refuse to compare a text with what is none, which one engine would do and another not."""
    if len({kind.upper().startswith(_TEXT) for _, kind in (one, other)}) > 1:
        message = f"{model.name} looks up by {one[0]}, of type {one[1]}; {other[0]} of {lookup.dataset} is {other[1]}."
        raise DeclarationError(message, mend="Declare both columns with one type, or cast it in the model's SQL.")


def _observations(session: Session, lookup: Lookup) -> Observations:
    """How a looked-up table is kept.

    Raises:
        DeclarationError: When it is none that is loaded, or its rows have no time.
    """
    text = ledger.declaration(session, lookup.dataset)
    if text is None:
        message = f"{lookup.dataset} is looked up, and is no table that was loaded from files."
        raise DeclarationError(message, mend="Correct its name, or load it first.")
    observations = Observations.from_json(text)
    if not observations.are_timed:
        message = f"{lookup.dataset} is looked up as of a time, and its rows have none."
        raise DeclarationError(message, mend="Let its files mean changes or snapshots, or join it in the model's SQL.")
    return observations
