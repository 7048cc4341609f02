"""Extracts that start by themselves: every few minutes, and never while another run of the warehouse goes on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import dagster as dg

from etl_assets.connectors.database.address import Sources
from etl_assets.errors import EtlError, SourceMissing
from etl_assets.factories.attempts import tags_of, under_way
from etl_assets.factories.extracts import Tables, own_keys
from etl_assets.factories.metadata import asset_key
from etl_assets.factories.policies import LATE, PROMISED
from etl_assets.lake.lake import Lake

EVERY: Final = "*/5 * * * *"


@dataclass(frozen=True, kw_only=True)
class Extracts:
    """What is extracted by itself, and what is promised of it.

    Args:
        tables: What is loaded, each with what it is extracted from; all of one warehouse.
        cron: When, UTC.
        late: A change that is not in the warehouse after so long is worth a warning.
        promised: After so long the promise is broken.
    """

    tables: Tables
    cron: str = EVERY
    late: timedelta = LATE
    promised: timedelta = PROMISED

    @property
    def warehouse(self) -> str:
        """Its name."""
        return self.tables[0][0].table.warehouse

    @property
    def raw_keys(self) -> tuple[str, ...]:
        """The assets of the tables in the lake."""
        return tuple(dataset.raw_key for dataset, _ in self.tables)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The staging tables' keys."""
        return tuple(dataset.name for dataset, _ in self.tables)


def extracts_schedule(extracts: Extracts) -> dg.Definitions:
    """The job that extracts, and its schedule; what is made of it follows by automation."""
    name = extracts.warehouse
    job = dg.define_asset_job(
        f"{name}_extract",
        selection=dg.AssetSelection.assets(*map(asset_key, (*own_keys(name), *extracts.raw_keys))),
        tags=tags_of(name),
        description="Brings what is new in the database into the lake.",
    )
    said = "Extracts what is new in the database. A tick is skipped while a run of the warehouse is under way."
    schedule = source_schedule(f"{name}_extracts", extracts, job.name, extracts.cron, said)
    return dg.Definitions(jobs=[job], schedules=[schedule])


def source_schedule(
    name: str, extracts: Extracts, job_name: str, cron: str, description: str, *, queues: bool = False
) -> dg.ScheduleDefinition:
    """A schedule that starts a job where there is a database.

    Args:
        name: Its name.
        extracts: What is extracted.
        job_name: What it starts.
        cron: When, UTC.
        description: What it is for.
        queues: Whether the job waits for a run of the warehouse that is under way; else the tick is skipped.
    """

    @dg.schedule(
        name=name,
        job_name=job_name,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def tick(
        context: dg.ScheduleEvaluationContext, sources: dg.ResourceParam[Sources], lake: dg.ResourceParam[Lake]
    ) -> dg.RunRequest | dg.SkipReason:
        if not queues and (run := under_way(context.instance, extracts.warehouse)):
            return dg.SkipReason(f"Run {run} is under way.")
        try:
            without = missing(extracts.warehouse, extracts.datasets, sources, lake)
        except EtlError as error:
            return dg.SkipReason(str(error))
        return dg.SkipReason(without) if without else dg.RunRequest(tags=tags_of(extracts.warehouse))

    return tick


def missing(warehouse: str, datasets: Iterable[str], sources: Sources, lake: Lake) -> str:
    """Why there is nothing to extract: a file that is not there and never was; empty when there is."""
    try:
        sources.of(warehouse).refuse_missing()
    except SourceMissing as error:
        return "" if any(lake.load_ids(name) for name in datasets) else str(error)
    return ""
