"""What runs by itself: a line a warehouse."""

import dagster as dg

from etl_assets.factories.attempts import tags_of
from etl_assets.factories.extracting import Extracts, extracts_schedule, source_schedule
from etl_assets.factories.lateness import promise_sensor
from etl_assets.factories.new_files import Watched, new_files_sensor
from etl_assets.factories.reconcile import comparisons

_FOLLOW_EVERY_SECONDS = 15
_NIGHTLY = "The whole warehouse once a day, whatever has come."


def automation_of(*feeds: Watched | Extracts, cron: str = "32 2 * * *") -> dg.Definitions:
    """A warehouse that keeps itself up to date.

    A sensor takes what lands, a schedule extracts, tables follow their upstreams, and each night everything is run once
    more. All of it is on as soon as Dagster's daemon runs, and can be switched off in the pages.

    Args:
        feeds: Its landing folder, its database, or both.
        cron: When it is run as a whole, UTC; behind a tick of the extracts, for which it waits.
    """
    name = feeds[0].warehouse
    extracted = [feed for feed in feeds if isinstance(feed, Extracts)]
    compared = comparisons(dataset for feed in extracted for dataset in feed.datasets)
    whole = dg.define_asset_job(
        name,
        selection=dg.AssetSelection.groups(name) - compared,
        tags=tags_of(name),
        description="Brings in what has come and every table up to date.",
    )
    following = dg.AutomationConditionSensorDefinition(
        f"{name}_follows",
        target=dg.AssetSelection.groups(name),
        minimum_interval_seconds=_FOLLOW_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        run_tags=tags_of(name),
        description="Builds what is made of something newer: staging tables, then marts and reports.",
    )
    own = dg.Definitions(
        jobs=[whole],
        schedules=[_nightly(name, extracted, cron)],
        sensors=[
            *(new_files_sensor(feed) for feed in feeds if isinstance(feed, Watched)),
            *map(promise_sensor, extracted),
            following,
        ],
    )
    return dg.Definitions.merge(own, *map(extracts_schedule, extracted))


def _nightly(name: str, extracted: list[Extracts], cron: str) -> dg.ScheduleDefinition:
    if extracted:
        return source_schedule(f"{name}_each_night", extracted[0], name, cron, _NIGHTLY, queues=True)
    return dg.ScheduleDefinition(
        name=f"{name}_each_night",
        job_name=name,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=_NIGHTLY,
    )
