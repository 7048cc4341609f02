"""People are told of a failed run in the words of what failed, once, and for certain."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from etl_assets.factories.attempts import tags_of
from etl_assets.factories.failures import failed_runs_sensor
from etl_assets.notify.message import Message


class Kept:
    """A channel that keeps what it is given; or has no line, as often as is said."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.messages: list[Message] = []
        self.fails = 0

    def send(self, message: Message) -> None:
        """Keep it."""
        if self.fails:
            self.fails -= 1
            message_of_line = "no line"
            raise OSError(message_of_line)
        self.messages.append(message)


class Says(dg.Config):
    """What a step fails with; nothing lets it succeed."""

    words: str = ""


@dg.asset
def refused(config: Says) -> None:
    """Something that a load refuses."""
    if config.words:
        raise dg.Failure(description=config.words)


@dg.asset
def other(config: Says) -> None:
    """Something beside it."""
    if config.words:
        raise dg.Failure(description=config.words)


@dg.asset
def broken() -> None:
    """Something that breaks unforeseen."""
    message = "no such thing"
    raise KeyError(message)


class Watched:
    """Runs, and what people hear of them."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.channel = Kept()
        self.cursor: str | None = None
        self.tick()

    def run(self, *assets: dg.AssetsDefinition, files: tuple[str, ...] = (), **words: str) -> None:
        """Make assets, each with the words that it fails with."""
        ops = {name: {"config": {"words": said}} for name, said in words.items()}
        tags = tags_of("support", files)
        dg.materialize(assets, instance=self.instance, raise_on_error=False, tags=tags, run_config={"ops": ops})

    def tick(self) -> str | None:
        """Evaluate the sensor; gives what it says of itself."""
        context = dg.build_sensor_context(
            instance=self.instance, cursor=self.cursor, resources={"notifier": self.channel}
        )
        result = failed_runs_sensor().evaluate_tick(context)
        self.cursor = result.cursor
        return result.skip_message

    def heard(self) -> list[str]:
        """What people have been told since they were asked last."""
        self.tick()
        told, self.channel.messages = [one.body for one in self.channel.messages], []
        return told


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield Watched(instance)


def test_a_failed_run_is_told_with_what_failed(watched: Watched) -> None:
    watched.run(
        refused, files=("cases.csv@1",), refused="cases.csv: 40 of 40 rows do not fit. Correct the declaration."
    )
    watched.run(broken)
    watched.tick()
    first, second = watched.channel.messages
    assert (first.severity, first.about) == ("warning", "support")
    assert first.body == (
        "refused: cases.csv: 40 of 40 rows do not fit. Correct the declaration. It was started for cases.csv@1."
    )
    assert "no such thing" in second.body
    assert watched.heard() != []
    assert watched.heard() == []


def test_what_failed_before_the_sensor_was_switched_on_is_not_told(watched: Watched) -> None:
    watched.run(broken)
    late = Watched(watched.instance)
    assert late.heard() == []


def test_the_same_words_are_told_once_and_again_when_they_change_or_after_a_success(watched: Watched) -> None:
    heard: list[list[str]] = []
    for words in ("no", "no", "no", "never", "never", "no", "", "no"):
        watched.run(refused, refused=words)
        heard.append(watched.heard())
    assert heard == [
        ["refused: no"], [], [], ["refused: never"], [], ["refused: no"], [], ["refused: no"],
    ]  # fmt: skip


def test_runs_without_the_step_that_failed_say_nothing_of_it(watched: Watched) -> None:
    watched.run(refused, refused="no")
    watched.run(other)
    watched.run(refused, refused="no")
    watched.run(refused, other, refused="no", other="neither")
    watched.run(refused, other, refused="no", other="neither")
    first, second = watched.heard()
    assert (first, sorted(second.split())) == ("refused: no", ["neither", "no", "other:", "refused:"])


def test_what_could_not_be_told_is_told_later_in_its_place(watched: Watched) -> None:
    watched.run(refused, refused="no")
    watched.tick()
    watched.run(broken)
    watched.run(refused, refused="never")
    watched.channel.fails = 2
    assert "Could not tell of run" in str(watched.tick())
    assert "no line" in str(watched.tick())
    bodies = watched.heard()
    assert [body.partition(":")[0] for body in bodies] == ["refused", "broken", "refused"]
