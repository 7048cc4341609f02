"""What runs by itself for all warehouses together."""

import dagster as dg

from etl_assets.factories.failures import failed_runs_sensor
from etl_assets.factories.upkeep import prune, prune_each_week


@dg.definitions
def upkeep() -> dg.Definitions:
    """People are told of failed runs, and old records go."""
    return dg.Definitions(jobs=[prune], schedules=[prune_each_week], sensors=[failed_runs_sensor()])
