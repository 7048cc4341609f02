"""When the sparkify warehouse is brought up to date."""

import dagster as dg

from etl_assets.defs.sparkify.raw import BY_DAY, DATASETS
from etl_assets.factories.automation import automation_of
from etl_assets.factories.new_files import Watched


@dg.definitions
def automation() -> dg.Definitions:
    """Nothing has to be there first: songs may come before the plays of them, or after."""
    return automation_of(Watched(warehouse="sparkify", datasets=DATASETS, periods=BY_DAY))
