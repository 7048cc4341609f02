"""When totesys' warehouse is brought up to date: every five minutes, and within half an hour of each change."""

from typing import Final

import dagster as dg

from etl_assets.defs.totesys.tables import TABLES
from etl_assets.factories.automation import automation_of
from etl_assets.factories.extracting import Extracts

EXTRACTS: Final = Extracts(tables=TABLES)


@dg.definitions
def automation() -> dg.Definitions:
    """Its tables are extracted, and what is made of them follows."""
    return automation_of(EXTRACTS)
