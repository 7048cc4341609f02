"""When the support warehouse is brought up to date."""

import dagster as dg

from etl_assets.defs.support.raw import BY_YEAR, DATASETS, company_days
from etl_assets.factories.automation import automation_of
from etl_assets.factories.new_files import Watched


@dg.definitions
def automation() -> dg.Definitions:
    """Every file that the first load needs has to be there; the company's own days may be missing."""
    needs = tuple(dataset.name for dataset in DATASETS if dataset is not company_days)
    return automation_of(Watched(warehouse="support", datasets=DATASETS, needs=needs, periods=BY_YEAR))
