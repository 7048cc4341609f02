"""A run of some warehouses: the code location's own assets, executed in this process."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final
from uuid import uuid4

import dagster as dg

from etl_assets.cli.graph import datasets_of
from etl_assets.cli.outcome import Journal, Outcome
from etl_assets.cli.unrecorded import unrecorded
from etl_assets.definitions import load
from etl_assets.errors import DeclarationError, SettingsError
from etl_assets.factories.metadata import op_name
from etl_assets.factories.reconcile import EQUAL
from etl_assets.settings import Settings

_QUIET: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """What a run did.

    Args:
        run_id: Dagster's name of it.
        success: Whether every asset is up to date.
        seconds: For all of it, loading the definitions included.
        outcomes: What became of each asset, in the order in which they ran.
        error: Why the run failed as a whole, if no asset says it.
    """

    run_id: str
    success: bool
    seconds: float
    outcomes: tuple[Outcome, ...]
    error: str


def run_warehouses(
    settings: Settings,
    warehouses: Sequence[str],
    *,
    allow_closing: bool = False,
    put_aside: Sequence[str] = (),
    verbose: bool = False,
    planned: Callable[[int], None] = lambda _: None,
    told: Callable[[Outcome], None] = lambda _: None,
) -> RunReport:
    """Bring warehouses up to date.

    Args:
        settings: Where things are.
        warehouses: Their names.
        allow_closing: Let a snapshot close more keys than its dataset allows.
        put_aside: Paths of files that go to the quarantine whole where a load refuses them.
        verbose: Let Dagster write its own log.
        planned: Called with the number of assets before the first one.
        told: Called whenever an asset begins or ends.
    """
    started = perf_counter()
    job = load().resolve_implicit_global_asset_job_def()
    graph = job.asset_layer.asset_graph
    whole = (key for key in graph.toposorted_asset_keys if not graph.get(key).is_partitioned)
    keys = [key for key in whole if key.path[0] in warehouses]
    if not keys:
        message = f"Nothing is defined for {', '.join(warehouses)}, so nothing can be brought up to date."
        raise DeclarationError(message, mend="Write its assets in etl_assets/defs/WAREHOUSE (docs/new-warehouse.md).")
    checks = {key for key in graph.asset_check_keys if key.asset_key in keys and key.name != EQUAL}
    journal = Journal({key.to_user_string(): graph.get(key).assets_def.node_def.name for key in keys}, told)
    planned(len(keys))
    run_id = str(uuid4())
    with _instance(settings.dagster_home) as instance:
        instance.add_event_listener(run_id, journal.hear)
        result = job.get_subset(asset_selection=set(keys), asset_check_selection=checks).execute_in_process(
            run_config=_config(warehouses, allow_closing=allow_closing, put_aside=put_aside)
            | ({} if verbose else _QUIET),
            instance=instance,
            run_id=run_id,
            raise_on_error=False,
        )
    return RunReport(
        run_id=run_id,
        success=result.success,
        seconds=perf_counter() - started,
        outcomes=tuple(journal.close()),
        error=journal.error,
    )


def _config(warehouses: Sequence[str], *, allow_closing: bool, put_aside: Sequence[str]) -> dict[str, Any]:
    if not (allow_closing or put_aside):
        return {}
    steps = [op_name(dataset.name) for warehouse in warehouses for dataset in datasets_of(warehouse)]
    decided = {"allow_closing": allow_closing, "put_aside": list(put_aside)}
    return {"ops": {step: {"config": decided} for step in steps}}


@contextmanager
def _instance(home: Path | None) -> Generator[dg.DagsterInstance]:
    """Dagster's own records: kept in its home, or nowhere."""
    if home is None:
        with unrecorded() as instance:
            yield instance
        return
    if not home.is_dir():
        message = f"DAGSTER_HOME is {home}, which is no folder."
        raise SettingsError(message, mend="Make it, or unset DAGSTER_HOME: the command then keeps no record of runs.")
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance
