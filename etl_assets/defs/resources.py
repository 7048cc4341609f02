"""What every warehouse's assets share: the connections, and one process for a whole run."""

import dagster as dg

from etl_assets.resources.settled import from_settings


@dg.definitions
def shared() -> dg.Definitions:
    """The resources, and the executor: a step of its own process costs 40 times what it does."""
    return dg.Definitions(resources=from_settings(), executor=dg.in_process_executor)
