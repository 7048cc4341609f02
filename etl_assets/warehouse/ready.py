"""Whether a warehouse can be read and written, asked before work begins rather than found out halfway."""

from etl_assets.errors import WarehouseBusy, WarehouseError
from etl_assets.urls import shown_url
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
