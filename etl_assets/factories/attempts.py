"""How often a delivery was tried: the runs that Dagster remembers, each with the deliveries that it was started for."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Final

import dagster as dg
from dagster import DagsterRunStatus as Status

WAREHOUSE: Final = "etl_assets/warehouse"
"""The tag that says whose run it is; two runs with the same value wait for each other (``dagster.yaml``)."""
FILES: Final = "etl_assets/files"
"""The tag that lists the deliveries that a run was started for."""

_MOST_RUNS: Final = 500
_UNDER_WAY: Final = [Status.QUEUED, Status.NOT_STARTED, Status.STARTING, Status.STARTED, Status.CANCELING]
_ENDED: Final = [Status.SUCCESS, Status.FAILURE, Status.CANCELED]


def tags_of(warehouse: str, keys: Iterable[str] = ()) -> dict[str, str]:
    """The tags of a run for some deliveries; Dagster's own retries would not be counted, so there are none."""
    own = {FILES: json.dumps([*keys], ensure_ascii=False), "dagster/max_retries": "0"}
    return {WAREHOUSE: warehouse, **(own if keys else {})}


def under_way(instance: dg.DagsterInstance, warehouse: str) -> str | None:
    """The id of a run of a warehouse that has not ended."""
    found = instance.get_runs(dg.RunsFilter(tags={WAREHOUSE: warehouse}, statuses=_UNDER_WAY), limit=1)
    return found[0].run_id if found else None


def attempts(instance: dg.DagsterInstance, warehouse: str) -> Counter[str]:
    """How many ended runs were started for a delivery, by its key."""
    filters = dg.RunsFilter(tags={WAREHOUSE: warehouse}, statuses=_ENDED)
    tags = (run.tags.get(FILES, "[]") for run in instance.get_runs(filters, limit=_MOST_RUNS))
    return Counter(key for text in tags for key in json.loads(text))
