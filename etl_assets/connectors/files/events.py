"""What S3 says of objects that have come, in a queue's messages: by itself, through SNS, or through EventBridge."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote_plus

from etl_assets.errors import SourceError

_CAME: Final = ("ObjectCreated:", "ObjectRestore:Completed")
_CAME_BY_BRIDGE: Final = frozenset({"Object Created", "Object Restore Completed"})


class NotUnderstood(SourceError):
    """A message that says nothing of objects; the error says why."""


def objects_of(body: str) -> tuple[tuple[str, str], ...]:
    """The bucket and the key of each object that a message says has come; none where it speaks of other things.

    Raises:
        NotUnderstood: When it is no message of S3.
    """
    try:
        return tuple(_objects(json.loads(body)))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"no message of S3 ({type(error).__name__})"
        raise NotUnderstood(message) from error


def _objects(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if said.get("Type") == "Notification":
        yield from _objects(json.loads(said["Message"]))
    elif said.get("source") == "aws.s3":
        if said["detail-type"] in _CAME_BY_BRIDGE:
            yield _text(said["detail"]["bucket"]["name"]), _text(said["detail"]["object"]["key"])
    elif said.get("Event") != "s3:TestEvent":
        for record in said["Records"]:
            if _text(record["eventName"]).removeprefix("s3:").startswith(_CAME):
                yield _text(record["s3"]["bucket"]["name"]), unquote_plus(_text(record["s3"]["object"]["key"]))


def _text(found: object) -> str:
    if not isinstance(found, str) or not found:
        raise TypeError
    return found
