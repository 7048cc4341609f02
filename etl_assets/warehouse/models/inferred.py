"""Inferred members: rows of a dimension for the keys that facts name and the dimension has never seen.

They exist exactly as long as that holds (docs/history.md). A dimension's build drops those that are seen now; a fact's
build adds those that it names and drops those that no fact names any more.
"""

from collections.abc import Sequence

from sqlglot import exp

from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.collisions import refuse_collisions
from etl_assets.warehouse.models.declare import LIFE, Incremental
from etl_assets.warehouse.models.pointers import Dimension, dimension, pointers_to, refuse_incomparable
from etl_assets.warehouse.models.publish import Target, write_difference
from etl_assets.warehouse.statement import Bindings, to_sql


def infer_members(session: Session, model: Incremental) -> dict[str, int]:
    """Give every dimension a member for each key that ``asked`` names and it never saw; counts by dimension."""
    counts: dict[str, int] = {}
    for member in model.members:
        known = dimension(session, member.dimension)
        inserted = _insert(session, known, _named("asked", member.named, known).distinct())
        counts[known.name] = counts.get(known.name, 0) + inserted
    return counts


def infer_again(session: Session, known: Dimension, *, anew: bool) -> int:
    """Add the members that are missing for what all facts name, and put every inferred key into ``touched``.

    Args:
        session: The transaction that publishes the dimension.
        known: The dimension.
        anew: Whether its keys may be computed otherwise than before, so that no inferred member can stay: those that
            go are remembered in ``dropped``.
    """
    refuse_incomparable(session, known)
    table = known.table.qualified
    if anew:
        session.run(f'insert into dropped select "{known.surrogate}" from {table} where is_inferred')  # noqa: S608 - declared names
        session.run(f"delete from {table} where is_inferred")  # noqa: S608 - as above
    named = _named_by_facts(session, known)
    inserted = _insert(session, known, _once(named, known)) if named else 0
    keys = ", ".join(f'"{name}"' for name in known.natural)
    session.run(f"insert into touched ({keys}) select {keys} from {table} where is_inferred")  # noqa: S608 - as above
    return inserted


def remember_named(session: Session, model: Incremental, scope: exp.Expr) -> None:
    """Put the keys that the fact's rows in a scope, a condition over the alias ``r``, name now into ``freed_<n>``."""
    for number, member in enumerate(model.members):
        known = dimension(session, member.dimension)
        query = _named(model.table.qualified, member.named, known).where(scope.copy()).distinct()
        session.run(f"create temp table freed_{number} as {to_sql(query, session.dialect)}")
        session.analyze(f"freed_{number}")


def drop_freed(session: Session, model: Incremental) -> dict[str, int]:
    """Drop the inferred members among ``freed_<n>`` that no fact names any more; counts by dimension."""
    counts: dict[str, int] = {}
    for number, member in enumerate(model.members):
        known = dimension(session, member.dimension)
        counts[known.name] = counts.get(known.name, 0) + _delete(session, known, f"freed_{number}")
    return counts


def drop_unnamed(session: Session, name: str) -> int:
    """Drop the inferred members of a dimension that no fact names any more."""
    known = dimension(session, name)
    query = _named(known.table.qualified, known.natural, known).where("r.is_inferred")
    session.run("drop table if exists freed")
    session.run(f"create temp table freed as {to_sql(query, session.dialect)}")
    session.analyze("freed")
    return _delete(session, known, "freed")


def _once(named: exp.Query, known: Dimension) -> exp.Query:
    keys = [exp.column(name, table="n", quoted=True) for name in known.natural]
    return exp.select(*keys).distinct().from_(named.subquery("n"))


def _insert(session: Session, known: Dimension, named: exp.Query) -> int:
    bindings = Bindings(
        columns={"natural": known.natural},
        tables={"target": known.table.qualified},
        queries={"named": named},
        expressions={"surrogate": exp.column(known.surrogate)},
        salt=known.salt,
    )
    session.run("drop table if exists difference")
    unseen = session.do("history/unseen", bindings, {"dimension": known.name})
    if unseen:
        refuse_collisions(session, known)
        columns = (known.surrogate, *known.natural, *LIFE)
        write_difference(session, Target(table=known.table, columns=columns, identity=()), {"insert": unseen})
    return unseen


def _delete(session: Session, known: Dimension, freed: str) -> int:
    bindings = Bindings(
        columns={"natural": known.natural},
        tables={"target": known.table.qualified, "freed": freed},
        queries={"named": _named_by_facts(session, known) or _named("freed", known.natural, known).where("1 = 0")},
    )
    return session.do("history/delete_freed", bindings)


def _named_by_facts(session: Session, known: Dimension) -> exp.Query | None:
    """The keys that facts name, some of them often; None when no fact points to the dimension."""
    parts = [
        _named(pointer.fact.qualified, pointer.member.named, known) for pointer in pointers_to(session, known.name)
    ]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _named(table: str, columns: Sequence[str], known: Dimension) -> exp.Select:
    """The keys that a table names whole, under the names of the dimension's key."""
    pairs = list(zip(columns, known.natural, strict=True))
    keys = [exp.alias_(exp.column(one, table="r", quoted=True), other, quoted=True) for one, other in pairs]
    whole = [exp.column(one, table="r", quoted=True).is_(exp.null()).not_() for one, _ in pairs]
    return exp.select(*keys).from_(exp.alias_(exp.to_table(table), "r", table=True)).where(*whole)
