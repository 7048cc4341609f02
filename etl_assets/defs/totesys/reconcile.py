"""Totesys' staging tables against its operational database, once a day."""

import dagster as dg

from etl_assets.defs.totesys.tables import TABLES
from etl_assets.factories.reconcile import reconciled


@dg.definitions
def comparison() -> dg.Definitions:
    """Every table; `etl-assets reconcile --repair` brings in what differs."""
    return reconciled(TABLES)
