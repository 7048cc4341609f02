"""Days of totesys again from the lake."""

import dagster as dg

from etl_assets.defs.totesys.tables import TABLES
from etl_assets.factories.backfill import backfill_job


@dg.definitions
def days() -> dg.Definitions:
    """Any day of its extracts."""
    return backfill_job(TABLES, first="2024-01-01")
