"""Messages as lines of a file, and in Python's log: the channel that needs nothing."""

import json
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from etl_assets.notify.message import Message, Severity

_LEVELS: Final[dict[Severity, int]] = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_LOG: Final = logging.getLogger("etl_assets.notify")


class LogChannel:
    """A file of JSON lines, one a message, with the UTC time ``at`` beside the message's own fields.

    Args:
        file: Where it is; made, with its folder, by the first message.
    """

    def __init__(self, file: Path) -> None:
        """Nothing is opened yet."""
        self._file = file

    def send(self, message: Message) -> None:
        """Append it in one write, so that those of several processes do not mix; where it fails, the log has it."""
        _LOG.log(_LEVELS[message.severity], "%s: %s %s", message.about, message.subject, message.body)
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = json.dumps({"at": at, **asdict(message)}, ensure_ascii=False) + "\n"
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("ab", buffering=0) as opened:
            opened.write(line.encode())
