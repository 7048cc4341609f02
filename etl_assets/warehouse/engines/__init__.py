"""The engines, one file each. ``open_engine`` chooses by the URL's scheme."""

from etl_assets.errors import SettingsError
from etl_assets.warehouse.engines.base import Engine, Session

__all__ = ["Engine", "Session", "open_engine"]


def open_engine(url: str) -> Engine:
    """The engine for a warehouse's URL. Nothing is connected yet.

    Raises:
        SettingsError: When no engine has the URL's scheme.
    """
    scheme = url.partition("://")[0]
    if scheme == "duckdb":
        from etl_assets.warehouse.engines.duckdb import DuckDBEngine  # noqa: PLC0415 - the driver is slow to import

        return DuckDBEngine(url)
    if scheme == "postgresql":
        from etl_assets.warehouse.engines.postgres import PostgresEngine  # noqa: PLC0415 - the driver is slow to import

        return PostgresEngine(url)
    message = f"No engine is called {scheme!r}."
    raise SettingsError(message, mend="Use duckdb:///FILE or postgresql://user@host:port/database.")
