"""What runs by itself: a line a warehouse."""

import dagster as dg

from etl_assets.factories.attempts import tags_of
from etl_assets.factories.new_files import Watched, new_files_sensor

_FOLLOW_EVERY_SECONDS = 15


def automation_of(watched: Watched, *, cron: str = "30 2 * * *") -> dg.Definitions:
    """A warehouse that keeps itself up to date.

    A sensor takes what lands, tables follow their upstreams, and each night everything is run once more. All of it is
    on as soon as Dagster's daemon runs, and can be switched off in the pages.

    Args:
        watched: Its landing folder.
        cron: When it is run as a whole, UTC.
    """
    name = watched.warehouse
    whole = dg.define_asset_job(
        name,
        selection=dg.AssetSelection.groups(name),
        tags=tags_of(name),
        description="Brings in what has landed and every table up to date.",
    )
    nightly = dg.ScheduleDefinition(
        name=f"{name}_each_night",
        job=whole,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="The whole warehouse once a day, whatever has landed.",
    )
    following = dg.AutomationConditionSensorDefinition(
        f"{name}_follows",
        target=dg.AssetSelection.groups(name),
        minimum_interval_seconds=_FOLLOW_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        run_tags=tags_of(name),
        description="Builds what is made of something newer: staging tables, then marts and reports.",
    )
    return dg.Definitions(jobs=[whole], schedules=[nightly], sensors=[new_files_sensor(watched), following])
