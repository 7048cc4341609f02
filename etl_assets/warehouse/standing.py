"""What of a warehouse's deliveries is loaded, given up or failed, asked in one session."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from etl_assets.warehouse import ledger
from etl_assets.warehouse.dead_letters import DeadLetter, dead_letters
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.status import failures


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How deliveries stand.

    Args:
        loaded: The load ids that the warehouse has, by dataset; a dataset that was never asked for is not there.
        dead: Deliveries that were given up.
        failures: What was last wrong with an asset, by its key, until it works again.
    """

    loaded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    dead: tuple[DeadLetter, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)


def standing(engine: Engine, warehouse: str, datasets: Iterable[str]) -> Standing:
    """How the deliveries of a warehouse stand.

    Args:
        engine: Where it is.
        warehouse: Its name.
        datasets: The keys of its staging tables.

    Raises:
        WarehouseError: When it cannot be reached.
    """
    with engine.reading() as session:
        if not ledger.exists(session):
            return Standing()
        return Standing(
            loaded={
                name: frozenset(ledger.loaded_ids(session, name))
                for name in datasets
                if ledger.declaration(session, name) is not None
            },
            dead=dead_letters(session, warehouse),
            failures={one.asset: one.message for one in failures(session, warehouse)},
        )
