"""A sensor that tells people of failed runs: each in the words of what failed, and of the same words once.

It is no run failure sensor of Dagster's, which goes on to the next run when a message cannot be sent.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import dagster as dg

from etl_assets.factories.attempts import WAREHOUSE, started_for
from etl_assets.notify.message import Channel, Message
from etl_assets.words import few

_EVERY_SECONDS: Final = 30
_AT_ONCE: Final = 20
_LOOKED_AT: Final = 50
"""So many runs before one are asked how its steps went there."""
_WHOLE: Final = ""
"""What takes the place of a step where the run itself failed."""
_ENDED: Final = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


def failed_runs_sensor() -> dg.SensorDefinition:
    """The sensor of every failed run of this code location."""

    @dg.sensor(
        name="failed_runs",
        minimum_interval_seconds=_EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people of failed runs; of one that failed as the one before did, nothing.",
    )
    def failed_runs(context: dg.SensorEvaluationContext, notifier: dg.ResourceParam[Channel]) -> dg.SensorResult:
        instance, place = context.instance, _place(context)
        for record in _failures(instance, place):
            run = instance.get_run_by_id(record.event_log_entry.run_id)
            if run and _is_ours(context, run) and (message := message_of(instance, run)):
                try:
                    notifier.send(message)
                except Exception as error:
                    context.log.exception("Run %s failed, and people could not be told.", run.run_id)
                    said = f"Could not tell of run {run.run_id}, and tries again: {error}"
                    return dg.SensorResult(skip_reason=dg.SkipReason(said), cursor=str(place))
            place = record.storage_id
        return dg.SensorResult(skip_reason=dg.SkipReason("People know of each failed run."), cursor=str(place))

    return failed_runs


def message_of(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Message | None:
    """What people are told of a failed run; nothing when its steps failed in the same words when they ran before."""
    words = _words(instance, run.run_id)
    if _is_known(instance, run, words):
        return None
    files = started_for(run.tags)
    why = f" It was started for {few(files)}." if files else ""
    return Message(
        severity="warning",
        about=run.tags.get(WAREHOUSE, run.job_name),
        subject=f"run {run.run_id} failed",
        body=f"{' '.join(words.values())}{why}",
    )


def said_of(error: Any) -> str:  # noqa: ANN401 - Dagster's own record of an exception
    """What went wrong in the end, of an exception that others were raised about."""
    if error is None:
        return "The run failed without saying why."
    while error.cause is not None:
        error = error.cause
    if error.cls_name == "DagsterExecutionInterruptedError":
        return "The run was interrupted. Nothing is lost: the next one goes on from there."
    return f"{error.cls_name}: {error.message.strip().splitlines()[0].removeprefix(f'{error.cls_name}: ')}"


def _place(context: dg.SensorEvaluationContext) -> int:
    """Up to which failure people were told; before the first tick it is not begun with those of the past."""
    if context.cursor and context.cursor.isdecimal():
        return int(context.cursor)
    last = context.instance.fetch_run_status_changes(dg.DagsterEventType.RUN_FAILURE, limit=1).records
    return last[0].storage_id if last else 0


def _failures(instance: dg.DagsterInstance, place: int) -> Sequence[dg.EventLogRecord]:
    """The next failures, in order."""
    after = dg.RunStatusChangeRecordsFilter(dg.DagsterEventType.RUN_FAILURE, after_storage_id=place)
    return instance.fetch_run_status_changes(after, limit=_AT_ONCE, ascending=True).records


def _is_ours(context: dg.SensorEvaluationContext, run: dg.DagsterRun) -> bool:
    """Whether a run is one of this code location: others may share the records."""
    ours, origin = context.code_location_origin, run.remote_job_origin
    theirs = origin.repository_origin.code_location_origin if origin else None
    return (ours and ours.location_name) == (theirs and theirs.location_name)


def _words(instance: dg.DagsterInstance, run_id: str) -> dict[str, str]:
    """What each failed step says, by its key; where none has failed, what the run itself says."""
    found = [record.event_log_entry.dagster_event for record in _records(instance, run_id, "STEP_FAILURE")]
    steps = {event.step_key or _WHOLE: _told(event) for event in found if event}
    if steps:
        return steps
    ends = [record.event_log_entry.dagster_event for record in _records(instance, run_id, "RUN_FAILURE")]
    return {_WHOLE: next((end.message for end in ends if end and end.message), "It says nothing more.")}


def _records(instance: dg.DagsterInstance, run_id: str, kind: str) -> Sequence[dg.EventLogRecord]:
    return instance.get_records_for_run(run_id, of_type=dg.DagsterEventType[kind]).records


def _is_known(instance: dg.DagsterInstance, run: dg.DagsterRun, words: Mapping[str, str]) -> bool:
    """Whether each step, when it ran before in such a run, failed and said the same."""
    unsettled = set(words)
    alike = dg.RunsFilter(job_name=run.job_name, tags=_warehouse_of(run), statuses=_ENDED)
    for before in instance.get_runs(alike, cursor=run.run_id, limit=_LOOKED_AT):
        if ran := unsettled & {_WHOLE, *_steps(instance, before.run_id, unsettled - {_WHOLE})}:
            said = _words(instance, before.run_id) if before.status is dg.DagsterRunStatus.FAILURE else {}
            if any(said.get(step) != words[step] for step in ran):
                return False
            unsettled -= ran
        if not unsettled:
            return True
    return False


def _warehouse_of(run: dg.DagsterRun) -> dict[str, str]:
    return {WAREHOUSE: run.tags[WAREHOUSE]} if WAREHOUSE in run.tags else {}


def _steps(instance: dg.DagsterInstance, run_id: str, steps: Collection[str]) -> set[str]:
    """Those of some steps that ran to their end, good or bad."""
    stats = instance.get_run_step_stats(run_id, [*steps]) if steps else []
    return {one.step_key for one in stats if one.status and one.status.value in {"SUCCESS", "FAILURE"}}


def _told(event: dg.DagsterEvent) -> str:
    """What a failed step says: the project's own words, else those of the error."""
    failure = event.step_failure_data
    described = failure.user_failure_data.description if failure.user_failure_data else None
    return f"{event.step_key}: {described or said_of(failure.error)}"
