"""Dagster's own records kept small: its event log is never pruned by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import dagster as dg
from pydantic import Field

_KEEP_DAYS: Final = 90
_AT_ONCE: Final = 100
_ENDED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


class PruneOptions(dg.Config):
    """What a person may decide."""

    keep_days: int = Field(default=_KEEP_DAYS, ge=1, description="Runs that ended within so many days stay.")


@dg.op
def prune_runs(context: dg.OpExecutionContext, config: PruneOptions) -> None:
    """Delete old runs and their events, but none that an asset, or one of its partitions, was last made by."""
    before = datetime.now(UTC) - timedelta(days=config.keep_days)
    needed = set(_last_runs(context.instance))
    old = [run_id for run_id in _ended_before(context.instance, before) if run_id not in needed]
    for run_id in old:
        _forget(context.instance, run_id)
    context.log.info("%d runs deleted that ended before %s UTC.", len(old), before)
    context.add_output_metadata({"runs_deleted": len(old)})


@dg.job(
    description="Deletes Dagster's records of old runs, which nothing else ever does.",
    executor_def=dg.in_process_executor,
)
def prune() -> None:
    """Keep Dagster's storage small."""
    prune_runs()


prune_each_week = dg.ScheduleDefinition(
    name="prune_each_week",
    job=prune,
    cron_schedule="0 4 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=f"Deletes Dagster's records of runs older than {_KEEP_DAYS} days.",
)


def _forget(instance: dg.DagsterInstance, run_id: str) -> None:
    """Delete a run and its events, and the files of both: Dagster leaves the latter."""
    from dagster._core.storage.event_log import SqliteEventLogStorage  # noqa: PLC0415 - slow, and needed in a run only

    instance.delete_run(run_id)
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    events = instance.event_log_storage
    if isinstance(events, SqliteEventLogStorage):
        for ending in ("", "-wal", "-shm"):
            Path(f"{events.path_for_shard(run_id)}{ending}").unlink(missing_ok=True)


def _ended_before(instance: dg.DagsterInstance, before: datetime) -> Iterator[str]:
    """The runs in pages, the newest first."""
    filters = dg.RunsFilter(statuses=_ENDED, updated_before=before)
    cursor = None
    while page := instance.get_runs(filters, cursor=cursor, limit=_AT_ONCE):
        yield from (run.run_id for run in page)
        cursor = page[-1].run_id


def _last_runs(instance: dg.DagsterInstance) -> Iterator[str]:
    """The runs that made what stands now."""
    for key in instance.all_asset_keys():
        of_partitions = (
            dg.AssetRecordsFilter(asset_key=key, asset_partitions=[partition])
            for partition in instance.get_materialized_partitions(key)
        )
        for wanted in (key, *of_partitions):
            yield from (record.run_id for record in instance.fetch_materializations(wanted, limit=1).records)
