"""The warehouse, the lake and the folders as Dagster resources, without configuration: no page shows a secret."""

from pathlib import Path
from typing import Any

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.connectors.files.landings import Landing, open_landing
from etl_assets.lake.lake import Lake, open_lake
from etl_assets.notify.log import LogChannel
from etl_assets.notify.message import Channel
from etl_assets.settings import Settings
from etl_assets.warehouse.engines import Engine, open_engine

Unused = dg.InitResourceContext


class WarehouseResource(dg.ConfigurableResource[Engine]):
    """The database of ``ETL_WAREHOUSE_URL``; it connects when it is first asked."""

    def create_resource(self, context: Unused) -> Engine:
        """Build the engine."""
        del context
        return open_engine(Settings.read().warehouse_url)


class LakeResource(dg.ConfigurableResource[Lake]):
    """The lake of ``ETL_LAKE_URL``."""

    def create_resource(self, context: Unused) -> Lake:
        """Build the lake."""
        del context
        settings = Settings.read()
        return open_lake(settings.lake_url, settings.cache)


class ProcessedResource(dg.ConfigurableResource[Lake]):
    """The zone of ``ETL_PROCESSED_URL``, where marts are kept as Parquet."""

    def create_resource(self, context: Unused) -> Lake:
        """Build the zone."""
        del context
        settings = Settings.read()
        return open_lake(settings.processed_url, settings.cache)


class SourcesResource(dg.ConfigurableResource[Sources]):
    """The operational databases, as ``ETL_TOTESYS_URL``; each connects when it is read."""

    def create_resource(self, context: Unused) -> Sources:
        """Give their addresses and limits."""
        del context
        settings = Settings.read()
        return Sources(settings.sources, settings.source_limits)


class LandingResource(dg.ConfigurableResource[Landing]):
    """The place of ``ETL_LANDING_URL``, where files arrive."""

    def create_resource(self, context: Unused) -> Landing:
        """Build it."""
        del context
        settings = Settings.read()
        return open_landing(settings.landing_url, settings.cache)


class ExportsResource(dg.ConfigurableResource[Path]):
    """The folder below ``ETL_HOME`` that reports are written to."""

    def create_resource(self, context: Unused) -> Path:
        """Give its path."""
        del context
        return Settings.read().exports


class NotifierResource(dg.ConfigurableResource[Channel]):
    """Where people are told: a log below ``ETL_HOME``."""

    def create_resource(self, context: Unused) -> Channel:
        """Build the channel."""
        del context
        return LogChannel(Settings.read().notifications)


def from_settings() -> dict[str, Any]:
    """Every resource by the name that assets ask for."""
    return {
        "warehouse": WarehouseResource(),
        "lake": LakeResource(),
        "processed": ProcessedResource(),
        "sources": SourcesResource(),
        "landing": LandingResource(),
        "exports": ExportsResource(),
        "notifier": NotifierResource(),
    }
