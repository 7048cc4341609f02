"""A warehouse of a bucket keeps itself up to date: by what a queue names, and by listing now and then."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from etl_assets.factories import announced
from etl_assets.notify.message import Message
from etl_assets_tests.defs.support.test_automation import BAD, Ticking
from etl_assets_tests.servers.http_proxy import HttpProxy
from etl_assets_tests.servers.s3 import ENVIRONMENT, S3Server

CASE = b'"c%d","1","2014-01-01 00:00:00","0-1","1-1"\r\n'
FILES = {
    "analysts_2010.csv": b"0-1,Ann,Team1,A,2009-01-01 00:00:00,2009-01-01 00:00:00\n",
    "products.csv": b"1-1,line,group,product\n",
    "cases.csv": CASE % 1,
    "logs.csv": b"2014-01-01 03:00:00,c1,Assigned to analyst\n",
    "calendar.csv": b"20140101,2014-01-01,1,01,1,01,January,Jan,Q1,2014,3,Wednesday,Wed,00\n",
    "PrioritySLA.csv": b"id,name,Assign SLA,Response SLA,Resolve SLA\n1,High,1,2,3\n",
}
_numbers = count(1)


class Bay:
    """The support warehouse with its sensor, a landing folder in a bucket, and a queue that the bucket speaks to."""

    def __init__(self, ticking: Ticking, server: S3Server) -> None:
        self.ticking = ticking
        self.s3, self.sqs = server.client(), server.client("sqs")
        self.bucket = server.bucket()
        name = f"announced-{next(_numbers)}"
        self.queue: str = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = f"arn:aws:sqs:{ENVIRONMENT['AWS_REGION']}:123456789012:{name}"
        told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
        self.s3.put_bucket_notification_configuration(Bucket=self.bucket, NotificationConfiguration=told)

    def put(self, name: str, data: bytes) -> None:
        """Let a file arrive; the queue hears of it."""
        self.s3.put_object(Bucket=self.bucket, Key=f"in/support/{name}", Body=data)

    def lose_messages(self) -> None:
        """Let the queue forget."""
        self.sqs.purge_queue(QueueUrl=self.queue)

    def left(self) -> int:
        """How many messages are there."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=names)
        return sum(int(number) for number in found["Attributes"].values())

    def cases(self) -> list[str]:
        """What is loaded."""
        return sorted(str(row[0]) for row in self.ticking.rows("select cid from support_staging.cases"))


@pytest.fixture
def bay(tmp_path: Path, s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bay]:
    monkeypatch.setenv("ETL_HOME", str(tmp_path))
    with dg.DagsterInstance.ephemeral() as instance:
        bay = Bay(Ticking(tmp_path, instance), s3)
        monkeypatch.setenv("ETL_LANDING_URL", f"s3://{bay.bucket}/in")
        monkeypatch.setenv("ETL_LANDING_QUEUE_URL", bay.queue)
        for name, data in FILES.items():
            bay.put(name, data)
        while requests := bay.ticking.tick().run_requests:
            assert all(map(bay.ticking.run, requests))
        yield bay


class Silent:
    """Nobody is told."""

    def send(self, message: Message) -> None:
        """Keep quiet."""


def listed(proxy: HttpProxy) -> int:
    """How often all that lies there was asked for."""
    return sum("list-type=2" in asked and "prefix=in/support/" in asked for asked in proxy.asked)


def test_what_a_queue_names_is_loaded_without_listing_and_then_its_message_goes(bay: Bay, s3_proxy: HttpProxy) -> None:
    assert (bay.cases(), bay.left()) == (["c1"], 0)
    bay.put("day/cases.csv", CASE % 2)
    s3_proxy.asked.clear()
    result = bay.ticking.tick()
    assert (len(result.run_requests or ()), listed(s3_proxy), bay.left()) == (1, 0, 1)
    assert bay.ticking.run((result.run_requests or [])[0])
    assert bay.cases() == ["c1", "c2"]
    s3_proxy.asked.clear()
    assert not bay.ticking.tick().run_requests
    assert (listed(s3_proxy), bay.left()) == (0, 0)


def test_a_run_that_fails_keeps_the_message(bay: Bay) -> None:
    bay.put("day/cases.csv", BAD.encode())
    for _ in range(3):
        assert bay.ticking.follow() == [False]
        assert bay.left() == 1
    assert bay.ticking.follow() == [True]
    assert "was tried 3 times" in bay.ticking.told()[-1]["subject"]
    bay.ticking.tick()
    assert bay.left() == 0


def test_what_no_message_names_is_found_when_it_is_listed(bay: Bay, monkeypatch: pytest.MonkeyPatch) -> None:
    bay.put("day/cases.csv", CASE % 2)
    bay.lose_messages()
    assert not bay.ticking.tick().run_requests
    monkeypatch.setattr(announced, "LISTED_EVERY_SECONDS", 0)
    assert bay.ticking.follow() == [True]
    assert bay.cases() == ["c1", "c2"]


def test_a_dead_letter_stays_one_while_only_others_are_looked_at(bay: Bay) -> None:
    bay.put("day/cases.csv", BAD.encode())
    while requests := bay.ticking.tick().run_requests:
        bay.ticking.run(requests[0])
    letters = bay.ticking.rows("select path from etl.dead_letters")
    bay.put("other/cases.csv", CASE % 3)
    assert bay.ticking.follow() == [True]
    assert letters == bay.ticking.rows("select path from etl.dead_letters") == [("day/cases.csv",)]


@pytest.mark.parametrize("listed_every", [0, 600], ids=["all", "named"])
def test_what_another_sensor_hears_of_while_this_one_looks_stays(
    bay: Bay, monkeypatch: pytest.MonkeyPatch, listed_every: int
) -> None:
    monkeypatch.setattr(announced, "LISTED_EVERY_SECONDS", listed_every)
    looks = announced.Looks("support")
    looks.done(looks.next(Silent()), [])
    look = looks.next(Silent())
    assert look.is_whole == (not listed_every)
    bay.put("day/cases.csv", CASE % 2)
    announced.Looks("totesys").next(Silent())
    looks.done(look, [])
    assert bay.left() == 1
    assert looks.next(Silent()).named


def test_what_cannot_be_understood_is_told_once_and_deleted(bay: Bay) -> None:
    bay.sqs.send_message(QueueUrl=bay.queue, MessageBody="hello")
    bay.ticking.tick()
    (told,) = bay.ticking.told()
    assert (told["severity"], told["about"]) == ("warning", bay.queue)
    assert told["subject"] == "1 of the queue's messages were not taken, and are deleted"
    assert "no message of S3 (JSONDecodeError): hello" in told["body"]
    assert bay.left() == 0
    bay.ticking.tick()
    assert len(bay.ticking.told()) == 1


def test_without_its_queue_the_folder_is_listed(bay: Bay) -> None:
    bay.put("day/cases.csv", CASE % 2)
    bay.sqs.delete_queue(QueueUrl=bay.queue)
    assert bay.ticking.follow() == [True]
    assert bay.cases() == ["c1", "c2"]
    skipped: Any = bay.ticking.tick()
    assert "there is no such queue" in skipped.skip_message
