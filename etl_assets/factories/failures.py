"""A sensor that tells people of failed runs."""

from typing import Any

import dagster as dg

from etl_assets.factories.attempts import WAREHOUSE, started_for
from etl_assets.notify.message import Channel, Message
from etl_assets.words import few


def failed_runs_sensor() -> dg.SensorDefinition:
    """The sensor of every failed run of this code location."""

    @dg.run_failure_sensor(
        name="failed_runs",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people of failed runs.",
    )
    def failed_runs(context: dg.RunFailureSensorContext, notifier: dg.ResourceParam[Channel]) -> None:
        run = context.dagster_run
        about = run.tags.get(WAREHOUSE, run.job_name)
        files = started_for(run.tags)
        why = f" It was started for {few(files)}." if files else ""
        steps = [_told(event) for event in context.get_step_failure_events()]
        body = " ".join(steps) or context.failure_event.message or "It says nothing more."
        subject = f"run {run.run_id} failed"
        notifier.send(Message(severity="warning", about=about, subject=subject, body=f"{body}{why}"))

    return failed_runs


def said_of(error: Any) -> str:  # noqa: ANN401 - Dagster's own record of an exception
    """What went wrong in the end, of an exception that others were raised about."""
    if error is None:
        return "The run failed without saying why."
    while error.cause is not None:
        error = error.cause
    if error.cls_name == "DagsterExecutionInterruptedError":
        return "The run was interrupted. Nothing is lost: the next one goes on from there."
    return f"{error.cls_name}: {error.message.strip().splitlines()[0].removeprefix(f'{error.cls_name}: ')}"


def _told(event: dg.DagsterEvent) -> str:
    """What a failed step says: the project's own words, else those of the error."""
    failure = event.step_failure_data
    described = failure.user_failure_data.description if failure.user_failure_data else None
    return f"{event.step_key}: {described or said_of(failure.error)}"
