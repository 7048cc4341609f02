"""What could not be brought up to date, kept until it is."""

from collections.abc import Collection, Mapping

from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines import Engine
from etl_assets.warehouse.status import failures


def keep(engine: Engine, asked: Collection[str], failed: Mapping[str, str]) -> None:
    """Write down which assets failed; the warehouse is written only where that is news.

    Args:
        engine: Where the warehouse is.
        asked: All that were to be brought up to date.
        failed: Those that were not, and why.

    Raises:
        WarehouseError: When it cannot be reached.
    """
    warehouses = {name.partition("/")[0] for name in asked}
    before = {name: why for one in warehouses for name, why in known(engine, one).items() if name in asked}
    if before == failed:
        return
    with engine.writing() as session:
        for name in before.keys() - failed.keys():
            ledger.forget_failure(session, name)
        for name, why in failed.items():
            if before.get(name) != why:
                ledger.note_failure(session, name, why)


def known(engine: Engine, warehouse: str) -> dict[str, str]:
    """What of a warehouse failed last, and why.

    Raises:
        WarehouseError: When it cannot be reached.
    """
    if not engine.exists():
        return {}
    with engine.reading() as session:
        return {one.asset: one.message for one in failures(session, warehouse)} if ledger.exists(session) else {}
