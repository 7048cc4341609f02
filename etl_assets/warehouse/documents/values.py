"""What a value of a document is: its kind, and the value that carries it exactly.

JSON is read with numbers as they are written. MongoDB's extended JSON is understood, old form and new: ``$numberInt``,
``$numberLong``, ``$numberDouble``, ``$numberDecimal``, ``$date``, ``$oid``, ``$symbol``, ``$uuid``. Any other object
whose first name begins with ``$`` is kept as JSON.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

TEXT: Final = "text"
NUMBER: Final = "number"
BOOLEAN: Final = "boolean"
MOMENT: Final = "timestamp"
OTHER: Final = "json"
KINDS: Final = (NUMBER, TEXT, MOMENT, BOOLEAN, OTHER)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = (datetime(1, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST: Final = (datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC) - _EPOCH) // _MICROSECOND
_ISO: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d{1,6})?0*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_LONG: Final = 20
"""A number with fewer signs has no exponent that is too large for any number."""
_WHOLE: Final = re.compile(r"-?\d{1,4000}", re.ASCII)


class Real(str):
    """A number with a point or an exponent, as it is written."""

    __slots__ = ()


class Exact(Real):
    """A number that says of itself that it is decimal, so that it is no double."""

    __slots__ = ()


_DECODE: Final[Callable[[str], Any]] = json.JSONDecoder(parse_float=Real).decode
_DECODE_LONG: Final[Callable[[str], Any]] = json.JSONDecoder(parse_float=Real, parse_int=Exact).decode


def document(text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """A document as Python has it: numbers exact, objects as dicts.

    Raises:
        ValueError: When the text is no JSON.
        RecursionError: When its values are nested too deeply to be read.
    """
    try:
        return _DECODE(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _DECODE_LONG(text)


def is_special(value: dict[str, Any]) -> bool:
    """Whether an object is one value of extended JSON."""
    return bool(value) and next(iter(value)).startswith("$")


def scalar(value: object) -> tuple[str, Any]:
    """The kind of a value that is neither an object nor an array, and what carries it; never asked of null."""
    if isinstance(value, dict):
        return _extended(value)
    if isinstance(value, bool):
        return BOOLEAN, value
    if isinstance(value, Real) and len(value) >= _LONG and not _is_finite(value):
        return OTHER, written(value)
    if isinstance(value, Real | int):
        return NUMBER, value
    return TEXT, value


def written(value: object) -> str:
    """A value as JSON, its numbers as they were written."""
    if isinstance(value, Real):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(name)}: {written(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _extended(value: dict[str, Any]) -> tuple[str, Any]:
    name, inner = next(iter(value.items()))
    if len(value) == 1 and (read := _READERS.get(name)) and (found := read(inner)) is not None:
        return found
    return OTHER, written(value)


def _text(value: object) -> tuple[str, Any] | None:
    return (TEXT, value) if isinstance(value, str) and not isinstance(value, Real) else None


def _whole(value: object) -> tuple[str, Any] | None:
    if isinstance(value, str) and not isinstance(value, Real) and _WHOLE.fullmatch(value):
        return NUMBER, int(value)
    return (NUMBER, value) if type(value) is int else None


def _double(value: object) -> tuple[str, Any] | None:
    return (NUMBER, Real(value)) if isinstance(value, str | int) and _is_finite(str(value)) else None


def _decimal(value: object) -> tuple[str, Any] | None:
    return (NUMBER, Exact(value)) if isinstance(value, str) and _is_finite(value) else None


def _is_finite(text: str) -> bool:
    try:
        return text.strip() == text and "_" not in text and Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _moment(value: object) -> tuple[str, Any] | None:
    if isinstance(value, dict):
        value = value.get("$numberLong") if len(value) == 1 else None
        value = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else None
    if isinstance(value, str) and not isinstance(value, Real):
        return _iso(value)
    at = value * 1000 if type(value) is int else _LAST + 1
    return (MOMENT, at) if _FIRST <= at <= _LAST else None


def _iso(text: str) -> tuple[str, Any] | None:
    if not (match := _ISO.fullmatch(text)):
        return None
    day, time, fraction, zone = match.groups()
    try:
        at = datetime.fromisoformat(f"{day}T{time}{(zone or 'Z').replace('Z', '+00:00')}")
        microseconds = (at - _EPOCH) // _MICROSECOND + int((fraction or ".0")[1:].ljust(6, "0"))
    except (ValueError, OverflowError):
        return None
    return (MOMENT, microseconds) if _FIRST <= microseconds <= _LAST else None


_READERS: Final[dict[str, Callable[[Any], tuple[str, Any] | None]]] = {
    "$date": _moment,
    "$oid": _text,
    "$symbol": _text,
    "$uuid": _text,
    "$numberInt": _whole,
    "$numberLong": _whole,
    "$numberDouble": _double,
    "$numberDecimal": _decimal,
}
