"""A dataset's files with a year in their name, as partitions: any of them can be brought in by itself."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import dagster as dg

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset
from etl_assets.factories.metadata import Event, asset_key, failing_clearly
from etl_assets.factories.raw import declared, extracted, landing_key, readable_spec, rows_in_lake
from etl_assets.lake.lake import Lake
from etl_assets.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Years:
    """The files of a dataset that are of a year.

    Args:
        dataset: Whose files.
        first: The first year that there can be a file of.
    """

    dataset: Dataset
    first: int

    @property
    def name(self) -> str:
        """``support/raw/analysts_by_year``."""
        return f"{self.dataset.raw_key}_by_year"

    def has(self, arrival: Arrival) -> bool:
        """Whether a delivery is one of these files: a year that has not begun has no partition yet."""
        if arrival.dataset != self.dataset.name or arrival.year is None:
            return False
        return self.first <= arrival.year <= int(self.partitions.get_last_partition_key() or 0)

    @property
    def partitions(self) -> dg.TimeWindowPartitionsDefinition:
        """One a year, the one that goes on among them."""
        return dg.TimeWindowPartitionsDefinition(
            start=str(self.first), cron_schedule="0 0 1 1 *", fmt="%Y", end_offset=1
        )


def silently(**options: Any) -> Callable[[Callable[..., Iterator[Event]]], dg.AssetsDefinition]:  # noqa: ANN401 - as dg.asset
    """``dg.asset`` without the warning that a backfill policy is new in Dagster."""
    with warnings.catch_warnings(action="ignore", category=dg.BetaWarning):
        return dg.asset(**options)


def files_by_year(years: Years) -> dg.AssetsDefinition:
    """The asset of a dataset's files by year: they go into the lake as the dataset's other files do."""
    key = asset_key(years.name)

    @silently(
        key=key,
        deps=[landing_key(years.dataset)],
        description=f"{years.dataset.description} The files with a year in their name, each year by itself.",
        kinds={"parquet", "csv"},
        tags={"layer": "raw", "by": "year"},
        partitions_def=years.partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        metadata=declared(years.dataset),
        check_specs=[readable_spec(key)],
    )
    def landed(
        context: dg.AssetExecutionContext, landing: dg.ResourceParam[Landing], lake: dg.ResourceParam[Lake]
    ) -> Iterator[Event]:
        from etl_assets.connectors.files.extract import extract_files  # noqa: PLC0415 - slow, and needed in a run only

        started, window = perf_counter(), context.partition_time_window
        wanted = range(window.start.year, window.end.year)
        with failing_clearly():
            report = extract_files(
                years.dataset, landing, lake, settle_seconds=Settings.read().settle_seconds, years=wanted
            )
            in_lake = rows_in_lake(years.dataset, lake)
        yield extracted(report, in_lake, seconds=perf_counter() - started)

    return landed
