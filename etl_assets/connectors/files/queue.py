"""A queue of SQS that says which files have come. A message leaves it when all that it names needs nothing more."""

import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from urllib.parse import urlsplit

from etl_assets import aws
from etl_assets.connectors.files.events import NotUnderstood, objects_of
from etl_assets.errors import SourceError
from etl_assets.urls import bucket_parts
from etl_assets.words import counted

HIDDEN_SECONDS: Final = 60
"""A message that was received is received again after so long, unless it was deleted."""
_AT_ONCE: Final = 10
_MOST: Final = 500


@dataclass(frozen=True, kw_only=True)
class NotTaken:
    """A message that names nothing that could be loaded.

    Args:
        receipt: By which it is deleted.
        body: What it says.
        reason: Why it is not taken.
    """

    receipt: str
    body: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Named:
    """A file that a message names.

    Args:
        receipt: The message's.
        path: Below the warehouse's folder.
    """

    receipt: str
    path: str


@dataclass(kw_only=True)
class _Received:
    """A message: what of it still needs something, and until when nobody else receives it."""

    pending: set[tuple[str, str]] = field(default_factory=set)
    until: float


class LandingQueue:
    """What a queue says, for every warehouse of this process: they share it, and a message may name files of several.

    Args:
        url: The queue's.
        landing: Where files arrive: ``s3://bucket/prefix``.
    """

    def __init__(self, url: str, landing: str) -> None:
        """Nothing is asked yet."""
        self.url = url
        self._bucket, self._prefix = bucket_parts(landing)
        self._received: dict[str, _Received] = {}
        self._lock = Lock()

    def receive(self, warehouses: Collection[str]) -> tuple[NotTaken, ...]:
        """Take in what the queue says; gives the messages that are of no file of these warehouses."""
        with self._lock:
            now = time.monotonic()
            self._received = {receipt: one for receipt, one in self._received.items() if one.until > now}
            bad: list[NotTaken] = []
            for receipt, body in self._messages():
                try:
                    pending = {self._place(one, warehouses) for one in objects_of(body)}
                except NotUnderstood as error:
                    bad.append(NotTaken(receipt=receipt, body=body, reason=str(error)))
                else:
                    self._received[receipt] = _Received(pending=pending, until=now + HIDDEN_SECONDS)
            self._delete_settled()
            return tuple(bad)

    def named(self, warehouse: str) -> frozenset[Named]:
        """What messages name below a warehouse's folder."""
        with self._lock:
            every = ((receipt, *place) for receipt, one in self._received.items() for place in one.pending)
            return frozenset(Named(receipt=receipt, path=path) for receipt, name, path in every if name == warehouse)

    def settle(self, warehouse: str, done: Iterable[Named]) -> None:
        """Nothing more is needed for these; messages that name nothing else are deleted.

        One that has come since, and may name the same file again, stays.
        """
        with self._lock:
            for named in done:
                if one := self._received.get(named.receipt):
                    one.pending.discard((warehouse, named.path))
            self._delete_settled()

    def delete(self, receipts: Iterable[str]) -> None:
        """Delete messages."""
        entries = [{"Id": str(number), "ReceiptHandle": one} for number, one in enumerate(receipts)]
        with aws.speaking(self.url, SourceError):
            for at in range(0, len(entries), _AT_ONCE):
                self._client.delete_message_batch(QueueUrl=self.url, Entries=entries[at : at + _AT_ONCE])

    def told(self) -> str:
        """What is in it, in one line."""
        with aws.speaking(self.url, SourceError):
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            found = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        count = sum(int(count) for count in found.get("Attributes", {}).values())
        return f"{self.url} has about {counted(count, 'message')}"

    @property
    def _client(self) -> Any:  # noqa: ANN401 - as boto3's
        """The SDK's client, of the region that the queue's address names."""
        host = urlsplit(self.url).hostname or ""
        return aws.client("sqs", region=host.split(".")[1] if host.startswith("sqs.") else None)

    def _messages(self) -> Iterator[tuple[str, str]]:
        """What is in the queue now, as far as a tick can do something about it."""
        for _ in range(_MOST // _AT_ONCE):
            with aws.speaking(self.url, SourceError):
                reply = self._client.receive_message(
                    QueueUrl=self.url,
                    MaxNumberOfMessages=_AT_ONCE,
                    VisibilityTimeout=HIDDEN_SECONDS,
                    WaitTimeSeconds=0,
                )
            found = reply.get("Messages", ())
            yield from ((one["ReceiptHandle"], one["Body"]) for one in found)
            if not found:
                return

    def _place(self, named: tuple[str, str], warehouses: Collection[str]) -> tuple[str, str]:
        bucket, key = named
        if bucket != self._bucket or not key.startswith(self._prefix):
            message = f"what it names, s3://{bucket}/{key}, is not in ETL_LANDING_URL"
            raise NotUnderstood(message)
        warehouse, _, path = key[len(self._prefix) :].partition("/")
        if warehouse not in warehouses:
            message = f"what it names, s3://{bucket}/{key}, lies in no warehouse's folder"
            raise NotUnderstood(message)
        return warehouse, path

    def _delete_settled(self) -> None:
        settled = [receipt for receipt, one in self._received.items() if not one.pending]
        self.delete(settled)
        for receipt in settled:
            del self._received[receipt]


@lru_cache(maxsize=4)
def open_queue(url: str, landing: str) -> LandingQueue:
    """The queue of this process: what one sensor receives may be another's."""
    return LandingQueue(url, landing)
