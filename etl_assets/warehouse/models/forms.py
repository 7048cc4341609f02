"""The forms of the join by which facts find their versions; all of them find the same ones (docs/history.md).

- ``range``: a fact meets every version of its key, of which one holds. The cheapest while keys have few versions.
- ``asof``: the engine's own join to the last version that has begun.
- ``timeline``: the same in plain SQL: facts and versions in one order of time, then a join by equality.
- ``lateral``: a look into the index of the versions for each fact. The cheapest for few facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from etl_assets.warehouse.dialects import Dialect
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.declare import Member
from etl_assets.warehouse.models.lives import (
    Among,
    beginnings,
    every_version,
    holds,
    moment,
    neighbours,
    same,
    since_ever,
    still_holds,
    surrogate,
)
from etl_assets.warehouse.models.pointers import Dimension
from etl_assets.warehouse.statement import Bindings

Form = Literal["range", "asof", "timeline", "lateral"]


@dataclass(frozen=True)
class Counts:
    """How many versions a dimension has, and of how many keys."""

    versions: int
    keys: int


def counts_of(session: Session, known: Dimension) -> Counts:
    """A dimension's counts, a current version standing for a key.

    PostgreSQL has them in its statistics, as of the last ANALYZE; DuckDB counts a column of flags.
    """
    bindings = Bindings(tables={"target": known.table.qualified})
    values = {"dimension": known.table.qualified, "by_current": f"{known.table.qualified}_current"}
    return Counts(*session.ask(session.dialect.COUNTS, bindings, values)[0])


def form_for(dialect: type[Dialect], counts: Counts, facts: int) -> Form:
    """The cheapest form for so many facts (docs/adr/0017-facts-find-versions-in-several-ways.md)."""
    if counts.versions < dialect.MANY_VERSIONS * max(counts.keys, 1):
        return "range"
    if facts < dialect.FEW_FACTS * counts.versions:
        return "lateral"
    return "asof" if dialect.JOINS_AS_OF else "timeline"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Facts under the alias ``f``.

    Args:
        query: Selects from them.
        columns: Those that they have.
        among: Holds every key that they name; None where they name most.
    """

    query: exp.Select
    columns: Sequence[str]
    among: Among | None = None


def beside(facts: Facts, known: Dimension, member: Member, alias: str, form: Form) -> tuple[Facts, exp.Expr]:
    """Facts with the versions that they point to beside them; gives the surrogate key's expression, NULL for none.

    Args:
        facts: The facts.
        known: The dimension.
        member: How they point to it.
        alias: The dimension's name in the query.
        form: How a version is found, if the member has a time.
    """
    if member.at is None:
        on = exp.and_(same(alias, known.natural, "f", member.named), exp.column("is_current", table=alias))
        return _joined(facts, every_version(known, alias), on), surrogate(known, alias)
    forms = {"range": _by_range, "asof": _by_asof, "timeline": _by_timeline, "lateral": _by_lateral}
    return forms[form](facts, known, member, alias)


def _by_range(facts: Facts, known: Dimension, member: Member, alias: str) -> tuple[Facts, exp.Expr]:
    is_lenient = (member.before_first, member.in_gap) != ("unknown", "unknown")
    versions = neighbours(known, facts.among).subquery(alias) if is_lenient else every_version(known, alias)
    on = exp.and_(same(alias, known.natural, "f", member.named), holds(member, alias))
    return _joined(facts, versions, on), surrogate(known, alias)


def _by_asof(facts: Facts, known: Dimension, member: Member, alias: str) -> tuple[Facts, exp.Expr]:
    begun = exp.column("_begins", table=alias) <= _orderly(member)
    versions = beginnings(known, member, facts.among).subquery(alias)
    on = exp.and_(same(alias, known.natural, "f", member.named), begun)
    query = facts.query.copy()
    query.append("joins", exp.Join(this=versions, on=on, side="LEFT", method="ASOF"))
    return replace(facts, query=query), still_holds(known, member, alias)


def _by_timeline(facts: Facts, known: Dimension, member: Member, alias: str) -> tuple[Facts, exp.Expr]:
    begun = f"_begun_{alias}"
    query = facts.query.copy()
    source = query.args["from_"].this
    source.replace(_timeline(facts, source.copy(), known, member, begun).subquery("f"))
    told = replace(facts, query=query, columns=(*facts.columns, begun))
    versions = beginnings(known, member, facts.among).subquery(alias)
    begins = exp.column("_begins", table=alias).eq(exp.column(begun, table="f"))
    on = exp.and_(same(alias, known.natural, "f", member.named), begins)
    return _joined(told, versions, on), still_holds(known, member, alias)


def _timeline(facts: Facts, source: exp.Expr, known: Dimension, member: Member, begun: str) -> exp.Select:
    """The facts of a source, each with the last ``_begins`` of its key by its time."""
    keys = [f"_key_{number}" for number in range(len(known.natural))]
    named = [exp.alias_(column, key) for column, key in zip(_listed(member.named, "f"), keys, strict=True)]
    no_time = exp.cast(exp.null(), "timestamp")
    of_facts = exp.select(*_listed(facts.columns, "f"), *named).select(exp.alias_(_orderly(member), "_at"))
    of_facts = of_facts.select(exp.alias_(no_time, "_begins")).from_(source)
    of_versions = exp.select(*(exp.null() for _ in facts.columns), *_listed((*known.natural, *2 * ["_begins"]), "v"))
    of_versions = of_versions.from_(beginnings(known, member, facts.among).subquery("v"))
    both = exp.union(of_facts, of_versions, distinct=False).subquery("u")
    order = exp.Order(expressions=[exp.Ordered(this=exp.column("_at", table="u"))])
    last = exp.Window(this=exp.Max(this=exp.column("_begins", table="u")), partition_by=_listed(keys, "u"), order=order)
    ordered = exp.select(*_listed(facts.columns, "u"), exp.alias_(last, begun), "u._begins").from_(both)
    return exp.select(*_listed((*facts.columns, begun), "w")).from_(ordered.subquery("w")).where("w._begins is null")


def _by_lateral(facts: Facts, known: Dimension, member: Member, alias: str) -> tuple[Facts, exp.Expr]:
    first, begins = f"{alias}_first", exp.column("valid_from", table="v")
    versions = exp.select(*_listed((known.surrogate, "is_inferred", "valid_to"), "v")).from_(every_version(known, "v"))
    versions = versions.where(same("v", known.natural, "f", member.named))
    last = versions.where(begins <= moment(member)).order_by(_descending(begins))
    always: exp.Expr = exp.column("is_inferred", table="v")
    if member.before_first == "first":
        always = exp.or_(always, begins.copy() > moment(member))
    has_none = surrogate(known, alias).is_(exp.null())
    earliest = versions.where(has_none, always).order_by(exp.Ordered(this=begins.copy()))
    query = facts.query.copy()
    for look, name in ((last, alias), (earliest, first)):
        lateral = exp.Lateral(this=look.limit(1).subquery(), alias=exp.TableAlias(this=exp.to_identifier(name)))
        query.append("joins", exp.Join(this=lateral, side="LEFT", on=exp.true()))
    found = exp.Case().when(has_none.copy(), surrogate(known, first)).else_(still_holds(known, member, alias))
    return replace(facts, query=query), found


def _joined(facts: Facts, versions: exp.Expr, on: exp.Expr) -> Facts:
    return replace(facts, query=facts.query.join(versions, on=on, join_type="left"))


def _orderly(member: Member) -> exp.Expr:
    """The fact's time, or one before all others."""
    return exp.Coalesce(this=moment(member), expressions=[since_ever()])


def _listed(names: Sequence[str], alias: str) -> list[exp.Expr]:
    return [exp.column(name, table=alias, quoted=True) for name in names]


def _descending(column: exp.Expr) -> exp.Ordered:
    """As an index has it that is read backwards; with NULLs at the end it would have to be sorted again."""
    return exp.Ordered(this=column.copy(), desc=True, nulls_first=True)
