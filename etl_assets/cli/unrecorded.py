"""A Dagster that keeps no record of a run, and so writes none: its events are heard and forgotten."""

from collections.abc import Sequence

import dagster as dg
from dagster import EventLogEntry
from dagster._core.storage.event_log import InMemoryEventLogStorage
from dagster._core.storage.event_log.base import AssetRecord


class _Forgotten(InMemoryEventLogStorage):
    """Events that nobody asks for again. In memory too, to write them down takes longer than a small run."""

    def store_event(self, event: EventLogEntry) -> None:
        """Keep nothing; who listens has heard it."""

    def get_asset_records(self, asset_keys: Sequence[dg.AssetKey] | None = None) -> Sequence[AssetRecord]:
        """None: nothing was kept."""
        del asset_keys
        return []


def unrecorded() -> dg.DagsterInstance:
    """An ephemeral instance whose events reach those who listen and are not kept."""
    instance = dg.DagsterInstance.ephemeral()
    instance.event_log_storage.dispose()
    # Dagster has no public way, and its version is pinned.
    instance._event_storage = _Forgotten()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    instance.event_log_storage.register_instance(instance)
    return instance
