"""A database by its address. Nothing is connected before something is read."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from etl_assets.errors import SettingsError
from etl_assets.limits import Limits
from etl_assets.urls import scheme_of, sqlite_file

if TYPE_CHECKING:
    from etl_assets.connectors.database.source import Source


class Sources:
    """The operational databases that warehouses are made of.

    Args:
        urls: Their addresses by warehouse; may hold passwords, so they are never shown.
        limits: How much may be asked of each.
    """

    def __init__(self, urls: Mapping[str, str], limits: Limits | None = None) -> None:
        """Nothing is opened yet."""
        self._urls = urls
        self._limits = limits

    def of(self, warehouse: str) -> "Source":
        """The database of a warehouse.

        Raises:
            SettingsError: When none is known.
        """
        if warehouse not in self._urls:
            message = f"There is no address of {warehouse}'s database."
            raise SettingsError(message, mend=f"Set ETL_{warehouse.upper()}_URL: sqlite:///FILE or postgresql://…")
        return open_source(self._urls[warehouse], missing=_mend(warehouse), limits=self._limits)


def open_source(url: str, *, missing: str = "", limits: Limits | None = None) -> "Source":
    """The database at an address.

    Args:
        url: As ``urls.source_url`` gives it.
        missing: What to do when there is no such file.
        limits: How much may be asked of it.
    """
    allowed = limits or Limits()
    if scheme_of(url) == "sqlite":
        from etl_assets.connectors.database.sqlite import SqliteSource  # noqa: PLC0415 - pyarrow is slow to import

        return SqliteSource(sqlite_file(url), missing=missing, statement_seconds=allowed.statement_seconds)
    from etl_assets.connectors.database.postgres import PostgresSource  # noqa: PLC0415 - as slow, with its driver

    return PostgresSource(url, **asdict(allowed))


def _mend(warehouse: str) -> str:
    setting = f"ETL_{warehouse.upper()}_URL"
    return f"`etl-assets sample {warehouse}` makes one to try; {setting} says where your own is."
