"""How often a delivery was tried: the runs that Dagster remembers, each with the deliveries that it was started for."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import dagster as dg
from dagster import DagsterRunStatus as Status

WAREHOUSE: Final = "etl_assets/warehouse"
"""The tag that says whose run it is; two runs with the same value wait for each other (``dagster.yaml``)."""
FILES: Final = "etl_assets/files"
"""The tag that lists the deliveries that a run was started for; of very many the others are under ``<it>.2`` and on."""

_LONGEST_TAG: Final = 2_000
"""Bytes. PostgreSQL, where Dagster may keep its records, has tags in an index, and refuses a longer one."""
_RUN_KEY: Final = "dagster/run_key"
_MOST_RUNS: Final = 500
_UNDER_WAY: Final = [Status.QUEUED, Status.NOT_STARTED, Status.STARTING, Status.STARTED, Status.CANCELING]
_ENDED: Final = [Status.SUCCESS, Status.FAILURE, Status.CANCELED]


def tags_of(warehouse: str, keys: Iterable[str] = ()) -> dict[str, str]:
    """The tags of a run for some deliveries; Dagster's own retries would not be counted, so there are none."""
    texts = [json.dumps(some, ensure_ascii=False) for some in _short(keys)]
    own = {f"{FILES}.{number}" if number > 1 else FILES: text for number, text in enumerate(texts, 1)}
    return {WAREHOUSE: warehouse, **own, **({"dagster/max_retries": "0"} if own else {})}


def started_for(tags: Mapping[str, str]) -> list[str]:
    """The deliveries that a run with these tags was started for."""
    lists = (json.loads(text) for name, text in tags.items() if name == FILES or name.startswith(f"{FILES}."))
    return [key for keys in lists for key in keys]


def under_way(instance: dg.DagsterInstance, warehouse: str) -> str | None:
    """The id of a run of a warehouse that has not ended."""
    found = instance.get_runs(dg.RunsFilter(tags={WAREHOUSE: warehouse}, statuses=_UNDER_WAY), limit=1)
    return found[0].run_id if found else None


def attempts(instance: dg.DagsterInstance, warehouse: str) -> Counter[str]:
    """How many ended runs were started for a delivery, by its key."""
    filters = dg.RunsFilter(tags={WAREHOUSE: warehouse}, statuses=_ENDED)
    return Counter(key for run in instance.get_runs(filters, limit=_MOST_RUNS) for key in started_for(run.tags))


def unused(instance: dg.DagsterInstance, run_key: str) -> str:
    """A run key that no run has: Dagster silently starts none with the same.

    One is used though the attempt is new where people have deleted runs, or so many came since that none is counted.
    """
    while instance.get_runs(dg.RunsFilter(tags={_RUN_KEY: run_key}), limit=1):
        run_key = f"{run_key}, again"
    return run_key


def _short(keys: Iterable[str]) -> Iterator[list[str]]:
    """Lists of keys, none of them longer than a tag may be."""
    some: list[str] = []
    for key in keys:
        if some and len(json.dumps([*some, key], ensure_ascii=False).encode()) > _LONGEST_TAG:
            yield some
            some = []
        some.append(key)
    if some:
        yield some
