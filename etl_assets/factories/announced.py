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
    from etl_assets.connectors.files.queue import LandingQueue, Named, NotTaken

LISTED_EVERY_SECONDS: Final = 600
"""Messages can get lost; what lies there does not."""
_SHOWN: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Look:
    """What a tick looks at.

    Args:
        named: What a queue had named before.
        is_whole: Whether it is all that lies there, not only what was named.
        trouble: Why the queue was not asked.
    """

    named: "frozenset[Named]" = frozenset()
    is_whole: bool = True
    trouble: str = ""

    @property
    def paths(self) -> frozenset[str] | None:
        """Those of the files to look at; None for all that lies there."""
        return None if self.is_whole else frozenset(one.path for one in self.named)


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
        is_due = time.monotonic() - self._listed_at >= LISTED_EVERY_SECONDS
        return Look(named=queue.named(self._warehouse), is_whole=is_due)

    def done(self, look: Look, waiting: Iterable[str]) -> None:
        """What was looked at and does not wait is the warehouse's, or nobody's: its messages are deleted.

        Those that have come since the look began, by another sensor's asking too, are of files that nobody looked at.

        Args:
            look: The look.
            waiting: The paths for which something is still to be done.
        """
        if look.is_whole and not look.trouble:
            self._listed_at = time.monotonic()
        queue = _queue()
        if queue and not look.trouble:
            with suppress(EtlError):  # they come again
                waits = {*waiting}
                queue.settle(self._warehouse, (one for one in look.named if one.path not in waits))


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
