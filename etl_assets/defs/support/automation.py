"""When the support warehouse is brought up to date."""

import dagster as dg

support = dg.define_asset_job(
    "support",
    selection=dg.AssetSelection.groups("support"),
    description="Brings in what has landed and every table up to date.",
)

support_each_night = dg.ScheduleDefinition(
    name="support_each_night",
    job=support,
    cron_schedule="30 2 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.STOPPED,
    description="Off until someone switches it on.",
)
