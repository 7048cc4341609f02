"""A dataset's files with a year or a day in their name, as partitions: any of them can be brought in by itself."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from time import perf_counter
from typing import Any, Final, Literal

import dagster as dg

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.connectors.files.landings import Landing
from etl_assets.datasets import Dataset
from etl_assets.factories.metadata import Event, asset_key, failing_clearly
from etl_assets.factories.raw import declared, extracted, file_kinds, landing_key, readable_spec, rows_in_lake
from etl_assets.lake.lake import Lake
from etl_assets.settings import Settings


@dataclass(frozen=True)
class _Form:
    """How periods of a length are written: a partition's key is so much of an ISO time, and begins when cron says."""

    digits: int
    written: str
    cron: str


_FORMS: Final = {"year": _Form(4, "%Y", "0 0 1 1 *"), "day": _Form(10, "%Y-%m-%d", "0 0 * * *")}


@dataclass(frozen=True, kw_only=True)
class Periods:
    """The files of a dataset that are of a year, or of a day.

    Args:
        dataset: Whose files.
        every: How long a period is.
        first: The day on which the first one begins that there can be a file of.
    """

    dataset: Dataset
    every: Literal["year", "day"]
    first: date

    @property
    def name(self) -> str:
        """``support/raw/analysts_by_year``."""
        return f"{self.dataset.raw_key}_by_{self.every}"

    def has(self, arrival: Arrival) -> bool:
        """Whether a delivery is one of these files: a period that has not begun has no partition yet."""
        if arrival.dataset != self.dataset.name or arrival.named_at is None:
            return False
        return self._key(self.first) <= self._key(arrival.named_at) <= (self.partitions.get_last_partition_key() or "")

    def key_of(self, arrival: Arrival) -> str:
        """The partition of one of its deliveries, as ``2018-11-02``."""
        return self._key(arrival.named_at or self.first)

    def place_of(self, arrival: Arrival) -> int:
        """A number for the period of one of its deliveries; the one behind it has the next."""
        day = arrival.named_at or self.first
        return day.year if self.every == "year" else day.toordinal()

    @property
    def partitions(self) -> dg.TimeWindowPartitionsDefinition:
        """One a period, the one that goes on among them."""
        form = _FORMS[self.every]
        return dg.TimeWindowPartitionsDefinition(
            start=self._key(self.first), cron_schedule=form.cron, fmt=form.written, end_offset=1
        )

    def _key(self, day: date) -> str:
        return day.isoformat()[: _FORMS[self.every].digits]


def silently(**options: Any) -> Callable[[Callable[..., Iterator[Event]]], dg.AssetsDefinition]:  # noqa: ANN401 - as dg.asset
    """``dg.asset`` without the warning that a backfill policy is new in Dagster."""
    with warnings.catch_warnings(action="ignore", category=dg.BetaWarning):
        return dg.asset(**options)


def files_by_period(periods: Periods) -> dg.AssetsDefinition:
    """The asset of a dataset's files by period: they go into the lake as the dataset's other files do."""
    key, every = asset_key(periods.name), periods.every

    @silently(
        key=key,
        deps=[landing_key(periods.dataset)],
        description=f"{periods.dataset.description} The files with a {every} in their name, each {every} by itself.",
        kinds=file_kinds(periods.dataset),
        tags={"layer": "raw", "by": every},
        partitions_def=periods.partitions,
        backfill_policy=dg.BackfillPolicy.single_run(),
        metadata=declared(periods.dataset),
        check_specs=[readable_spec(key)],
    )
    def landed(
        context: dg.AssetExecutionContext, landing: dg.ResourceParam[Landing], lake: dg.ResourceParam[Lake]
    ) -> Iterator[Event]:
        from etl_assets.connectors.files.extract import extract_files  # noqa: PLC0415 - slow, and needed in a run only

        started, window = perf_counter(), context.partition_time_window
        between = window.start.replace(tzinfo=None), window.end.replace(tzinfo=None)
        with failing_clearly():
            report = extract_files(
                periods.dataset, landing, lake, settle_seconds=Settings.read().settle_seconds, between=between
            )
            in_lake = rows_in_lake(periods.dataset, lake)
        yield extracted(report, in_lake, seconds=perf_counter() - started)

    return landed
