"""When a new-file sensor lists all that lies there, and when it looks only at what a queue names."""

import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from etl_assets.errors import EtlError
from etl_assets.names import warehouses
from etl_assets.notify.message import Channel, Message
from etl_assets.settings import Settings

if TYPE_CHECKING:
    from etl_assets.connectors.files.queue import LandingQueue, NotTaken

LISTED_EVERY_SECONDS: Final = 600
"""Messages can get lost; what lies there does not."""
_SHOWN: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a tick looks at.

    Args:
        paths: The files that a queue has named; None for all that lies there.
        trouble: Why the queue was not asked.
    """

    paths: frozenset[str] | None = None
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether it is all that lies there."""
        return self.paths is None


class Looks:
    """The looks of one warehouse's sensor, in one process. Without a queue, each is at all that lies there.

    Args:
        warehouse: Its name.
    """

    def __init__(self, warehouse: str) -> None:
        """Nothing was looked at yet, so the first look is at everything."""
        self._warehouse = warehouse
        self._listed_at = float("-inf")

    def next(self, notifier: Channel) -> Look:
        """What to look at now. A message that cannot be understood is told to people, then deleted."""
        queue = _queue()
        if queue is None:
            return Look()
        try:
            if bad := queue.receive((*warehouses(), self._warehouse)):
                notifier.send(_told(queue, bad))
                queue.delete(one.receipt for one in bad)
        except EtlError as error:
            return Look(trouble=str(error))
        if time.monotonic() - self._listed_at >= LISTED_EVERY_SECONDS:
            return Look()
        return Look(paths=queue.named(self._warehouse))

    def done(self, look: Look, waiting: Iterable[str]) -> None:
        """What was looked at and does not wait is the warehouse's, or nobody's: its messages are deleted.

        Args:
            look: The look.
            waiting: The paths for which something is still to be done.
        """
        if look.is_whole and not look.trouble:
            self._listed_at = time.monotonic()
        queue = _queue()
        if queue and not look.trouble:
            with suppress(EtlError):  # they come again
                queue.settle(self._warehouse, queue.named(self._warehouse) - {*waiting})


def _queue() -> "LandingQueue | None":
    from etl_assets.connectors.files.queue import open_queue  # noqa: PLC0415 - needed in a tick only

    settings = Settings.read()
    return open_queue(settings.landing_queue_url, settings.landing_url) if settings.landing_queue_url else None


def _told(queue: "LandingQueue", bad: "tuple[NotTaken, ...]") -> Message:
    lines = [f"{one.reason}: {one.body[:_SHOWN]}" for one in bad]
    return Message(
        severity="warning",
        about=queue.url,
        subject=f"{len(bad)} of the queue's messages were not taken, and are deleted",
        body="\n".join([*lines, "Whatever lies in the landing folder is found all the same when it is listed."]),
    )
