"""A Dagster that keeps no record."""

import dagster as dg
from dagster import EventLogEntry

from etl_assets.cli.unrecorded import unrecorded

RUN = "00000000-0000-4000-8000-000000000000"


@dg.asset
def greeting() -> None:
    """An asset of nothing."""


@dg.asset(deps=[greeting])
def answer() -> None:
    """An asset behind it, for which Dagster looks up what is known of the first."""


def test_a_run_s_events_are_heard_and_not_kept() -> None:
    heard: list[EventLogEntry] = []
    with unrecorded() as instance:
        instance.add_event_listener(RUN, heard.append)
        job = dg.Definitions(assets=[greeting, answer]).resolve_implicit_global_asset_job_def()
        assert job.execute_in_process(instance=instance, run_id=RUN).success
        assert instance.all_logs(RUN) == []
    made = [event.dagster_event.event_type_value for event in heard if event.dagster_event]
    assert made.count("ASSET_MATERIALIZATION") == 2
