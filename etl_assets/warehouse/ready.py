"""Whether a warehouse can be read, written and made again, asked before work begins rather than found out halfway."""

from collections.abc import Iterable

from etl_assets.errors import LakeError, WarehouseBusy, WarehouseError
from etl_assets.lake.lake import Lake
from etl_assets.urls import shown_url
from etl_assets.warehouse import ledger
from etl_assets.warehouse.engines.base import Engine


def refuse_unwritable(engine: Engine) -> None:
    """Make sure that a warehouse can be written; makes its ledgers when it is new.

    Raises:
        WarehouseBusy: When another program holds it.
        WarehouseError: When it cannot be reached, or may only be read.
    """
    try:
        with engine.writing():
            pass
    except WarehouseBusy:
        raise
    except WarehouseError as error:
        with engine.reading() as session:
            session.value("select 1")
        message = f"The warehouse {shown_url(engine.url)} can be read but not written: {error.message}"
        raise WarehouseError(
            message, mend="Let its user create schemas and tables, and its file be written."
        ) from error


def refuse_another_lake(engine: Engine, lake: Lake, datasets: Iterable[str]) -> None:
    """Make sure that a lake has something of every dataset that a warehouse has loaded.

    Raises:
        LakeError: When it has not: a warehouse that is made again from it would lose what it has.
    """
    with engine.reading() as session:
        loaded = [name for name in datasets if ledger.loaded_ids(session, name)]
    if lost := [name for name in loaded if not lake.manifests(name)]:
        message = f"The lake has nothing of {', '.join(lost)}, which the warehouse has loaded"
        mend = "Check ETL_LAKE_URL and the working folder; to begin anew, point ETL_WAREHOUSE_URL to another database."
        raise LakeError(message, mend=mend)
