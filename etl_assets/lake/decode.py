"""JSON into typed values, strictly: a field too many, too few or of another type is refused.

Every reader gives the value or raises ``TypeError`` or ``ValueError`` with what was found.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from etl_assets.errors import LakeError

Reader = Callable[[Any], Any]


@contextmanager
def reading(what: str) -> Generator[None]:
    """A stretch that reads a stored document, as ``A manifest``; what is wrong with it is the lake's trouble.

    Raises:
        LakeError: When it is not exactly what this version writes.
    """
    try:
        yield
    except (ValueError, TypeError) as error:
        message = f"{what} cannot be read: {error}."
        raise LakeError(message, mend="Put it back from a copy of the lake.") from error


def decoded(readers: Mapping[str, Reader], found: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever the file held
    """An object with exactly these fields, each read by its reader."""
    if not isinstance(found, dict) or found.keys() != readers.keys():
        message = f"{found!r:.80} has not the fields {sorted(readers)}"
        raise ValueError(message)
    return {name: read(found[name]) for name, read in readers.items()}


def items(found: object) -> list[Any]:
    """A list."""
    if not isinstance(found, list):
        message = f"{found!r} is not a list"
        raise TypeError(message)
    return found


def text(found: object) -> str:
    """A text."""
    if not isinstance(found, str):
        message = f"{found!r} is not a text"
        raise TypeError(message)
    return found


def optional_text(found: object) -> str | None:
    """A text or null."""
    return None if found is None else text(found)


def texts(found: object) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(item) for item in items(found))


def count(found: object) -> int:
    """A whole number that is not negative."""
    if number(found) < 0:
        message = f"{found!r} is negative"
        raise ValueError(message)
    return number(found)


def counts(found: object) -> dict[str, int]:
    """Whole numbers that are not negative, by name."""
    if not isinstance(found, dict):
        message = f"{found!r} is no object"
        raise TypeError(message)
    return {text(name): count(value) for name, value in found.items()}


def number(found: object) -> int:
    """A whole number."""
    if not isinstance(found, int) or isinstance(found, bool):
        message = f"{found!r} is not a whole number"
        raise TypeError(message)
    return found


def numbers(found: object) -> tuple[int, ...]:
    """A list of whole numbers."""
    return tuple(number(item) for item in items(found))


def flag(found: object) -> bool:
    """True or false."""
    if not isinstance(found, bool):
        message = f"{found!r} is neither true nor false"
        raise TypeError(message)
    return found


def moment(found: object) -> datetime:
    """A time without a zone."""
    read = datetime.fromisoformat(text(found))
    if read.tzinfo:
        message = f"{found!r} has a zone"
        raise ValueError(message)
    return read


def optional(read: Reader) -> Reader:
    """What a reader reads, or null."""
    return lambda found: None if found is None else read(found)


def one_of(*allowed: str) -> Reader:
    """One of these texts."""

    def read(found: object) -> str:
        if found not in allowed:
            message = f"{found!r} is none of {allowed}"
            raise ValueError(message)
        return str(found)

    return read
