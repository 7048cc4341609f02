"""A sensor that tells people of failed runs."""

import dagster as dg

from etl_assets.factories.attempts import FILES, WAREHOUSE
from etl_assets.notify.message import Channel, Message


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
        files = f" It was started for {run.tags[FILES]}." if FILES in run.tags else ""
        steps = [error for event in context.get_step_failure_events() if (error := _told(event))]
        body = " ".join(steps) or context.failure_event.message or "It says nothing more."
        subject = f"run {run.run_id} failed"
        notifier.send(Message(severity="warning", about=about, subject=subject, body=f"{body}{files}"))

    return failed_runs


def _told(event: dg.DagsterEvent) -> str:
    """What a failed step says, in the words of the error that caused it."""
    failure = event.step_failure_data
    described = failure.user_failure_data.description if failure.user_failure_data else None
    return f"{event.step_key}: {described or (failure.error.message.strip() if failure.error else '')}"
