"""What is asked again though nothing new is known: for a table that other hands have changed, or to see that none have.

From everything that was observed the same rows follow (docs/history.md), so only the rows that differ are written.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.cascade import naming_told, observed_from
from etl_assets.warehouse.models.declare import Model, Type2


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A table that is computed again.

    Args:
        since: Of a dimension only the keys of which something was observed at this time or later, or of which a version
            begins or ends then; None for every key.
    """

    since: datetime | None = None


def told_since(session: Session, model: Model, query: exp.Expr, since: datetime) -> list[exp.Select]:
    """Queries for the keys of a dimension that have to be asked again from a time on; none for another model.

    Args:
        session: The build's.
        model: What is built.
        query: Its query over everything, which is read once.
        since: The time.
    """
    if not isinstance(model, Type2):
        return []
    keys = [exp.column(name, quoted=True) for name in model.key]
    whole = exp.Subquery(this=query.copy(), alias=exp.TableAlias(this=exp.to_identifier("q")))
    return [
        exp.select(*keys).from_(whole).where(observed_from(since)),
        exp.select(*keys).from_(model.table.qualified).where(_is_observed(keys[0]), _lives_from(since)),
        *naming_told(session, model, query, since),
    ]


def _is_observed(key: exp.Expr) -> exp.Expr:
    """Whether a row is a version: neither the unknown member nor an inferred one."""
    return exp.and_(exp.not_(exp.column("is_inferred")), exp.not_(key.is_(exp.null())))


def _lives_from(since: datetime) -> exp.Expr:
    """Whether a version begins or ends at a time or later; an open end is none."""
    moment = exp.cast(exp.Literal.string(since.isoformat(" ")), "timestamp")
    begins, ends, is_open = (exp.column(name) for name in ("valid_from", "valid_to", "is_current"))
    return exp.or_(begins >= moment, exp.and_(ends >= moment.copy(), exp.not_(is_open)))
