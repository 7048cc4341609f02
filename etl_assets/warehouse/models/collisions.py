"""Surrogate keys are hashes: what happens when two rows of a dimension would have the same one."""

from sqlglot import exp

from etl_assets.errors import KeyCollision
from etl_assets.warehouse.engines import Session
from etl_assets.warehouse.models.pointers import Dimension
from etl_assets.warehouse.statement import Bindings


def refuse_collisions(session: Session, known: Dimension) -> None:
    """See to it that no row of ``difference`` would share its surrogate key.

    Raises:
        KeyCollision: When one would; nothing is written.
    """
    bindings = Bindings(
        columns={"key": known.natural},
        tables={"target": known.table.qualified},
        expressions={"surrogate": exp.column(known.surrogate)},
    )
    for (surrogate,) in session.ask("history/collisions", bindings):
        rows = session.ask("history/colliding_rows", bindings, {"surrogate": surrogate})
        named = " and ".join(sorted(f"{', '.join(map(str, key))} from {start}" for *key, start in rows))
        message = f"{known.name} would have the surrogate key {surrogate} for {named}."
        mend = f'Declare another salt for it (now "{known.salt}"): every row then gets another key, and facts follow.'
        raise KeyCollision(message, mend=mend)
