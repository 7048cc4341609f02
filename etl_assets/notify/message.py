"""A message to people, and what can send one."""

from dataclasses import dataclass
from typing import Literal, Protocol

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something that people should know.

    Args:
        severity: ``info``: nothing to do; ``warning``: look at it; ``error``: something waits until it is mended.
        about: What it is about: a warehouse, or an asset's key.
        subject: What happened, in one line.
        body: More of it, and how to put it right.
    """

    severity: Severity
    about: str
    subject: str
    body: str = ""


class Channel(Protocol):
    """A way to people."""

    def send(self, message: Message) -> None:
        """Send a message; what goes wrong on the way is raised."""
