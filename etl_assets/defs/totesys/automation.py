"""When totesys' warehouse is brought up to date: every five minutes, and within half an hour of each change."""

from typing import Final

import dagster as dg

from etl_assets.defs.totesys.rates import exchange_rates
from etl_assets.defs.totesys.tables import TABLES
from etl_assets.factories.automation import automation_of
from etl_assets.factories.extracting import Extracts
from etl_assets.factories.new_files import Watched
from etl_assets.factories.rates import rates_schedule

EXTRACTS: Final = Extracts(tables=TABLES)


@dg.definitions
def automation() -> dg.Definitions:
    """Its tables are extracted, rates are asked for and land, and what is made of them follows."""
    rates = Watched(warehouse="totesys", datasets=(exchange_rates,))
    return dg.Definitions.merge(automation_of(EXTRACTS, rates), rates_schedule(exchange_rates))
