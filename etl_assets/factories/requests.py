"""The runs that a new-file sensor asks for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import dagster as dg

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.factories.attempts import tags_of
from etl_assets.factories.decide import Decision, aside_key
from etl_assets.factories.metadata import asset_key, op_name
from etl_assets.factories.periods import Periods
from etl_assets.names import TableName
from etl_assets.warehouse.dead_letters import DeadLetter

Tried = Mapping[Arrival, int]
"""Deliveries, each with the number of the attempt."""
_LONGEST_RUN_KEY: Final = 500
_MOST_RUNS: Final = 10


def files_request(warehouse: str, tried: Tried, decision: Decision, *, also: Iterable[str] = ()) -> dg.RunRequest:
    """A run that brings deliveries into their staging tables; what is built from those follows by itself.

    Args:
        warehouse: Whose.
        tried: The deliveries.
        decision: What else was decided: which dead letters go into the quarantine whole where they are in the way.
        also: Other datasets to bring up to date.
    """
    datasets = sorted({*(one.dataset for one in (*tried, *decision.put_aside)), *also})
    counted = {aside_key(one): number for one, number in decision.put_aside.items()}
    raw = [_raw_of(name) for name in datasets]
    return _request(warehouse, [*raw, *datasets], _counted(tried) | counted, _without(decision.dead, datasets))


def periods_requests(warehouse: str, periods: Periods, tried: Tried, decision: Decision) -> Iterator[dg.RunRequest]:
    """A run for each stretch of periods that deliveries are of: one between them of which none has come is in none.

    Where that would be many runs, it is one from the first to the last, and those between them count as done.
    """
    config = _without(decision.dead, [periods.dataset.name])
    stretches = [*_stretches(tried, periods.place_of)]
    if len(stretches) > _MOST_RUNS:
        stretches = [[one for some in stretches for one in some]]
    for some in stretches:
        ends = {"start": some[0], "end": some[-1]}
        tags = {f"dagster/asset_partition_range_{end}": periods.key_of(one) for end, one in ends.items()}
        counted = _counted({one: tried[one] for one in some})
        yield _request(warehouse, [periods.name, periods.dataset.name], counted, config, tags)


def _stretches(deliveries: Iterable[Arrival], place: Callable[[Arrival], int]) -> Iterator[list[Arrival]]:
    """The deliveries of periods that follow each other."""
    found: list[Arrival] = []
    for one in sorted(deliveries, key=place):
        if found and place(one) > place(found[-1]) + 1:
            yield found
            found = []
        found.append(one)
    if found:
        yield found


def _request(
    warehouse: str,
    assets: Iterable[str],
    counted: Mapping[str, int],
    ops: Mapping[str, Any],
    tags: Mapping[str, str] | None = None,
) -> dg.RunRequest:
    return dg.RunRequest(
        run_key=_run_key([f"{key}#{number}" for key, number in sorted(counted.items())]),
        asset_selection=[asset_key(name) for name in assets],
        run_config={"ops": ops},
        tags={**tags_of(warehouse, counted), **(tags or {})},
    )


def _counted(tried: Tried) -> dict[str, int]:
    return {one.key: number for one, number in tried.items()}


def _run_key(parts: Sequence[str]) -> str | None:
    """Files, versions and attempts; of many the first, and a digest of all. Dagster starts no second run with it."""
    text = ", ".join(parts)
    if len(text) > _LONGEST_RUN_KEY:
        text = f"{parts[0]} and {len(parts) - 1} more, {sha256(text.encode()).hexdigest()}"
    return text or None


def _without(letters: Iterable[DeadLetter], datasets: Collection[str]) -> dict[str, Any]:
    """The configuration of loads that are not held up by these."""
    paths: dict[str, list[str]] = {}
    for letter in letters:
        if letter.dataset in datasets:
            paths.setdefault(op_name(letter.dataset), []).append(letter.path)
    return {step: {"config": {"put_aside": listed}} for step, listed in paths.items()}


def _raw_of(dataset: str) -> str:
    table = TableName.parse(dataset)
    return f"{table.warehouse}/raw/{table.table}"
