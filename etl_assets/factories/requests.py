"""The runs that a new-file sensor asks for."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from etl_assets.connectors.files.arrivals import Arrival
from etl_assets.factories.attempts import tags_of
from etl_assets.factories.decide import aside_key
from etl_assets.factories.metadata import asset_key, op_name
from etl_assets.factories.years import Years
from etl_assets.names import TableName
from etl_assets.warehouse.dead_letters import DeadLetter

Tried = Mapping[Arrival, int]
"""Deliveries, each with the number of the attempt."""


def files_request(
    warehouse: str, tried: Tried, put_aside: Iterable[DeadLetter] = (), *, also: Iterable[str] = ()
) -> dg.RunRequest:
    """A run that brings deliveries into their staging tables; what is built from those follows by itself.

    Args:
        warehouse: Whose.
        tried: The deliveries.
        put_aside: Dead letters that go into the quarantine whole where they are in the way.
        also: Other datasets to bring up to date.
    """
    letters = sorted(put_aside, key=lambda one: one.key)
    datasets = sorted({*(one.dataset for one in (*tried, *letters)), *also})
    raw = [_raw_of(name) for name in datasets]
    return _request(warehouse, [*raw, *datasets], tried, letters)


def years_request(warehouse: str, years: Years, tried: Tried) -> dg.RunRequest:
    """One run for all years that deliveries are of."""
    found = sorted(one.year for one in tried if one.year is not None)
    tags = {"dagster/asset_partition_range_start": str(found[0]), "dagster/asset_partition_range_end": str(found[-1])}
    return _request(warehouse, [years.name, years.dataset.name], tried, (), tags)


def _request(
    warehouse: str,
    assets: Iterable[str],
    tried: Tried,
    letters: Iterable[DeadLetter],
    tags: Mapping[str, str] | None = None,
) -> dg.RunRequest:
    asides = [aside_key(one) for one in letters]
    return dg.RunRequest(
        run_key=_run_key((*(f"{one.key}#{number}" for one, number in tried.items()), *asides)) or None,
        asset_selection=[asset_key(name) for name in assets],
        run_config={"ops": _config(letters)},
        tags={**tags_of(warehouse, (*(one.key for one in tried), *asides)), **(tags or {})},
    )


def _run_key(parts: Iterable[str]) -> str:
    """Files, versions and attempts; Dagster starts no second run with the same."""
    return ", ".join(sorted(parts))


def _config(letters: Iterable[DeadLetter]) -> dict[str, Any]:
    paths: dict[str, list[str]] = {}
    for letter in letters:
        paths.setdefault(op_name(letter.dataset), []).append(letter.path)
    return {step: {"config": {"put_aside": listed}} for step, listed in paths.items()}


def _raw_of(dataset: str) -> str:
    table = TableName.parse(dataset)
    return f"{table.warehouse}/raw/{table.table}"
