"""What a build locks: what it writes alone, what it reads together with other readers, all of it in one name order.

A dimension writes the facts that point to it, a fact the inferred members of its dimensions. A load locks its dataset,
so that a build sees every upstream as it is for as long as it takes, though each statement sees the latest state.
"""

from dataclasses import dataclass

from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models import pointers
from etl_assets.warehouse.models.declare import Incremental, Type2
from etl_assets.warehouse.models.plan import Plan
from etl_assets.warehouse.models.reads import Behind, behind_views, everything


@dataclass(frozen=True, kw_only=True)
class Locks:
    """Names of models and datasets.

    Args:
        written: Those that the build may write.
        behind: Those that it reads, each with what stands behind it where it is a view.
    """

    written: frozenset[str]
    behind: Behind

    @property
    def read(self) -> frozenset[str]:
        """Those that it reads, and those behind them."""
        return frozenset(name.key for name in everything(self.behind))


def take_locks(session: Session, plan: Plan) -> Locks | None:
    """Lock what a build needs; None when that has changed while it waited, so that the transaction has to begin anew.

    What it needs depends on which facts point to a dimension, and on what views read, which only others' builds change.
    """
    wanted = locks_of(session, plan)
    session.lock(wanted.written, shared=wanted.read)
    return wanted if locks_of(session, plan) == wanted else None


def locks_of(session: Session, plan: Plan) -> Locks:
    """What a build needs as things are now."""
    model = plan.model
    written = {model.name}
    if isinstance(model, Type2):
        written |= {pointer.fact.key for pointer in pointers.pointers_to(session, model.name)}
    if isinstance(model, Incremental):
        written |= {*(member.dimension for member in model.members), *pointers.dimensions_of(session, model.name)}
    return Locks(written=frozenset(written), behind=behind_views(session, plan.reads, plan.root))
