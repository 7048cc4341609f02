"""Type 2 dimensions: from observations to versions, published by difference (docs/history.md)."""

from sqlglot import exp

from etl_assets.errors import DeclarationError
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.added import expressions_of
from etl_assets.warehouse.models.cascade import observe
from etl_assets.warehouse.models.collisions import refuse_collisions
from etl_assets.warehouse.models.declare import LIFE, Type2
from etl_assets.warehouse.models.pointers import Dimension
from etl_assets.warehouse.models.publish import (
    Target,
    among_touched,
    find_difference,
    is_observed,
    write_difference,
)
from etl_assets.warehouse.statement import Bindings, moment, to_sql
from etl_assets.warehouse.tables import create_unique_index


def columns_of(model: Type2) -> tuple[str, ...]:
    """The table's columns, in order."""
    return (model.surrogate, *model.key, *model.attributes, *LIFE)


def bindings_of(model: Type2) -> Bindings:
    """What the history's statements need to know of a dimension."""
    beginning = moment(model.beginning) if model.beginning else exp.cast(exp.null(), "timestamp")
    added = [one.column for one in model.added]
    always = [name for name in model.tracked if name not in added]
    first = ("first_sequence",) if model.original else ()
    return Bindings(
        columns={
            "key": model.key,
            "tracked": model.tracked,
            "overwritten": model.overwritten,
            "original": model.original,
            "previous": model.previous,
            "added": added,
            "always": always,
            "carried": (*model.key, *always, *model.overwritten, *model.original, *first),
        },
        tables={"target": model.table.qualified, "told": "known" if added else "observed"},
        expressions={
            "surrogate": exp.column(model.surrogate),
            "beginning": beginning,
            **expressions_of(model.added),
        },
        salt=model.salt,
    )


def build_versions(session: Session, model: Type2, query: exp.Expr, *, narrowed: bool) -> None:
    """Put the observations into ``observed`` and the versions that follow from them into ``built``.

    Raises:
        DeclarationError: When two observations of a key are equal in all that orders them, or one does not say when, or
            whether its key is there.
    """
    observe(session, model, query, narrowed=narrowed)
    _refuse_unsaid(session, model)
    _refuse_ambiguous(session, model)
    if model.added:
        session.do("history/known", bindings_of(model))
        session.analyze("known")
    session.do("history/versions", bindings_of(model))
    session.analyze("built")


def _refuse_unsaid(session: Session, model: Type2) -> None:
    for op, observations, without_order in session.ask("history/unsaid"):
        if without_order:
            message = f"The query of {model.name} gives {without_order} rows with NULL as effective_at or sequence."
            raise DeclarationError(message, mend="Give every observation its time and its place in the order.")
        message = f"The query of {model.name} gives {op or 'NULL'} as op, in {observations} rows not U or D."
        raise DeclarationError(message, mend="Let its op be 'U' while the key is there and 'D' when it is gone.")


def _refuse_ambiguous(session: Session, model: Type2) -> None:
    for *key, at in session.ask("history/ambiguous", bindings_of(model)):
        named = ", ".join(map(str, key))
        message = f"The query of {model.name} gives {named} more than once at {at} with the same sequence."
        raise DeclarationError(message, mend="See that its joins repeat no row, and that sequence orders all of them.")


def touch_everything(session: Session, model: Type2) -> None:
    """Put every key that is observed, or that has versions, into ``touched``, and forget those that were only ended.

    One that is no longer observed would else stay known as ended, and facts that name it get no inferred member.
    """
    session.do("history/forget_every_gone_key", values={"dimension": model.name})
    keys = [exp.column(name, quoted=True) for name in model.key]
    observed = exp.select(*keys).from_("observed")
    held = exp.select(*keys).from_(model.table.qualified).where("not is_inferred").where(keys[0].is_(exp.null()).not_())
    session.run(f"create temp table touched as {to_sql(exp.union(observed, held), session.dialect)}")
    session.analyze("touched")


def settle_unknown(session: Session, model: Type2) -> dict[str, int]:
    """Insert the unknown member where it is missing, or delete it where none is declared; rows by action."""
    action = "insert" if model.unknown_member else "delete"
    return {action: session.do(f"history/{action}_unknown", bindings_of(model))}


def index_dimension(session: Session, model: Type2) -> None:
    """Let the engine refuse what two versions must not share: after the first rows, which go in faster without."""
    create_unique_index(session, model.table, [model.surrogate], purpose="surrogate")
    create_unique_index(session, model.table, list(model.key), purpose="current", only_where="is_current")
    if session.dialect.READS_BY_INDEX:
        create_unique_index(session, model.table, [*model.key, "valid_from"], purpose="version")


def publish_versions(session: Session, model: Type2, *, is_new: bool = False) -> dict[str, int]:
    """Write the versions that differ, among the touched keys; what goes is remembered in ``dropped``.

    Args:
        session: The build's.
        model: The dimension.
        is_new: Whether its table has just been made.
    """
    becomes_current = exp.and_(exp.column("is_current", table="b"), exp.not_(exp.column("is_current", table="t")))
    target = Target(
        table=model.table,
        columns=columns_of(model),
        identity=(*model.key, "valid_from"),
        scope=_told_of(model),
        replaces=becomes_current,
        is_new=is_new,
    )
    actions = find_difference(session, target)
    refuse_collisions(session, Dimension.of(model))
    session.do("history/dropped", bindings_of(model))
    session.analyze("dropped")
    written = write_difference(session, target, actions)
    _keep_gone_keys(session, model)
    return written


def _told_of(model: Type2) -> exp.Expr:
    """Whether the build speaks of a row ``r``: of an inferred member only when its key is observed now."""
    return exp.and_(among_touched(model.key), exp.or_("not r.is_inferred", is_observed(model.key)))


def _keep_gone_keys(session: Session, model: Type2) -> None:
    values = {"dimension": model.name}
    session.do("history/forget_gone_keys", bindings_of(model), values)
    session.do("history/insert_gone_keys", bindings_of(model), values)
