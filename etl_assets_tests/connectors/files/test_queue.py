"""A queue that names what has come: a message stays until all that it names is done with."""

import json
from itertools import count

import pytest

from etl_assets.connectors.files import queue as queues
from etl_assets.connectors.files.queue import LandingQueue, open_queue
from etl_assets.errors import SourceError
from etl_assets_tests.servers.s3 import ENVIRONMENT, S3Server

_numbers = count(1)


class Desk:
    """A queue of the tests' server, and the means to put messages into it."""

    def __init__(self, server: S3Server) -> None:
        self.client = server.client("sqs")
        name = f"landed-{next(_numbers)}"
        self.url: str = self.client.create_queue(QueueName=name)["QueueUrl"]

    @property
    def queue(self) -> LandingQueue:
        """The queue, opened anew as another process would."""
        return LandingQueue(self.url, "s3://bucket/in")

    def say(self, *keys: str, bucket: str = "bucket") -> None:
        """Say in one message that objects have come."""
        named = [{"bucket": {"name": bucket}, "object": {"key": key}} for key in keys]
        self.send(json.dumps({"Records": [{"eventName": "ObjectCreated:Put", "s3": one} for one in named]}))

    def send(self, body: str) -> None:
        """Put a message into it."""
        self.client.send_message(QueueUrl=self.url, MessageBody=body)

    def left(self) -> int:
        """How many messages are there, those that somebody has received among them."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(number) for number in found["Attributes"].values())


def paths(queue: LandingQueue, warehouse: str) -> set[str]:
    """What is named."""
    return {one.path for one in queue.named(warehouse)}


def settle(queue: LandingQueue, warehouse: str, *done: str) -> None:
    """Nothing more is needed for these paths."""
    queue.settle(warehouse, [one for one in queue.named(warehouse) if one.path in done])


@pytest.fixture
def desk(s3: S3Server) -> Desk:
    return Desk(s3)


def test_what_was_named_is_known_by_warehouse_until_it_is_settled(desk: Desk) -> None:
    desk.say("in/support/a.csv")
    desk.say("in/totesys/x/b.csv")
    queue = desk.queue
    assert queue.receive(["support", "totesys"]) == ()
    assert paths(queue, "support") == {"a.csv"}
    assert paths(queue, "totesys") == {"x/b.csv"}
    settle(queue, "support", "a.csv")
    assert (queue.named("support"), desk.left()) == (frozenset(), 1)


def test_a_message_of_several_files_stays_until_the_last_is_settled(desk: Desk) -> None:
    desk.say("in/support/a.csv", "in/support/b.csv", "in/totesys/a.csv")
    queue = desk.queue
    queue.receive(["support", "totesys"])
    settle(queue, "support", "a.csv", "b.csv")
    assert (queue.named("support"), desk.left()) == (frozenset(), 1)
    settle(queue, "totesys", "a.csv")
    assert desk.left() == 0


def test_a_message_that_came_since_stays_though_it_names_the_same_file(desk: Desk) -> None:
    desk.say("in/support/a.csv")
    queue = desk.queue
    queue.receive(["support"])
    seen = queue.named("support")
    desk.say("in/support/a.csv")
    queue.receive(["support"])
    queue.settle("support", seen)
    assert (paths(queue, "support"), desk.left()) == ({"a.csv"}, 1)


def test_what_was_not_settled_is_received_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "HIDDEN_SECONDS", 0)
    desk.say("in/support/a.csv")
    desk.queue.receive(["support"])
    assert desk.left() == 1
    queue = desk.queue
    queue.receive(["support"])
    assert paths(queue, "support") == {"a.csv"}


def test_many_messages_are_received_at_once_and_deleted_in_tens(desk: Desk) -> None:
    for number in range(35):
        desk.say(f"in/support/{number}.csv")
    queue = desk.queue
    queue.receive(["support"])
    assert len(queue.named("support")) == 35
    queue.settle("support", queue.named("support"))
    assert desk.left() == 0


def test_what_cannot_be_taken_is_given_back_with_its_reason(desk: Desk) -> None:
    desk.send("hello")
    desk.say("in/support/a.csv", bucket="another")
    desk.say("elsewhere/support/a.csv")
    desk.say("in/suport/a.csv")
    desk.say("in/loose.csv")
    desk.send(json.dumps({"Event": "s3:TestEvent"}))
    queue = desk.queue
    bad = queue.receive(["support"])
    assert sorted(one.reason for one in bad) == [
        "no message of S3 (JSONDecodeError)",
        "what it names, s3://another/in/support/a.csv, is not in ETL_LANDING_URL",
        "what it names, s3://bucket/elsewhere/support/a.csv, is not in ETL_LANDING_URL",
        "what it names, s3://bucket/in/loose.csv, lies in no warehouse's folder",
        "what it names, s3://bucket/in/suport/a.csv, lies in no warehouse's folder",
    ]
    assert desk.left() == 5
    queue.delete(one.receipt for one in bad)
    assert desk.left() == 0


def test_it_says_how_many_wait(desk: Desk) -> None:
    desk.say("in/support/a.csv")
    assert desk.queue.told() == f"{desk.url} has about 1 message"


def test_a_queue_that_is_not_there_is_told(s3: S3Server) -> None:
    queue = LandingQueue(f"{s3.url}/123456789012/none", "s3://bucket/in")
    with pytest.raises(SourceError, match=r"there is no such queue \(.*NonExistentQueue\)") as failure:
        queue.receive(["support"])
    assert ENVIRONMENT["AWS_SECRET_ACCESS_KEY"] not in str(failure.value)


def test_sensors_of_one_process_share_a_queue(desk: Desk) -> None:
    assert open_queue(desk.url, "s3://bucket/in") is open_queue(desk.url, "s3://bucket/in")
