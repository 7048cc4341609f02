"""People are told of a failed run in the words of what failed."""

import dagster as dg
import pytest

from etl_assets.factories.attempts import tags_of
from etl_assets.factories.failures import failed_runs_sensor
from etl_assets.notify.message import Message


class Kept:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        """Keep it."""
        self.messages.append(message)


@dg.asset
def refused() -> None:
    """Something that a load refuses."""
    raise dg.Failure(description="cases.csv: 40 of 40 rows do not fit. Correct the declaration.")


@dg.asset
def broken() -> None:
    """Something that breaks unforeseen."""
    message = "no such thing"
    raise KeyError(message)


def told_of(asset: dg.AssetsDefinition) -> Message:
    channel = Kept()
    with dg.DagsterInstance.ephemeral() as instance:
        tags = tags_of("support", ["cases.csv@1"])
        result = dg.materialize([asset], instance=instance, raise_on_error=False, tags=tags)
        context = dg.build_run_status_sensor_context(
            sensor_name="failed_runs",
            dagster_event=result.get_run_failure_event(),
            dagster_instance=instance,
            dagster_run=result.dagster_run,
            resources={"notifier": channel},
        ).for_run_failure()
        failed_runs_sensor()(context)
    return channel.messages[0]


@pytest.mark.parametrize(
    ("asset", "said"),
    [
        (refused, "refused: cases.csv: 40 of 40 rows do not fit. Correct the declaration."),
        (broken, "no such thing"),
    ],
)
def test_a_failed_run_is_told_with_what_failed(asset: dg.AssetsDefinition, said: str) -> None:
    message = told_of(asset)
    assert (message.severity, message.about) == ("warning", "support")
    assert said in message.body
    assert message.body.endswith("It was started for cases.csv@1.")
