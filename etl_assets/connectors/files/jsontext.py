"""JSON text, exactly: what Python's reader would round, merge or make up is kept as it is written, or refused.

A number is its own text and never a float. An object is its fields in their order, so one that has a field twice can
be told.
"""

import json
from collections import Counter
from typing import Final, cast

from etl_assets.connectors.files.problems import EMPTY_LINE, HAS_NUL, NOT_UTF8

DEEPEST: Final = 100
TOO_DEEP: Final = "its values are nested too deeply"


class IllFormed(ValueError):
    """What is wrong with a record, in a few words."""


class Number(str):
    """A number, as it is written."""

    __slots__ = ()


class Fields(list[tuple[str, object]]):
    """An object, as it is written."""


class Alien(str):
    """What Python takes for a number and JSON does not."""

    __slots__ = ()


_DECODER: Final = json.JSONDecoder(object_pairs_hook=Fields, parse_int=Number, parse_float=Number, parse_constant=Alien)


def cell(value: object) -> str | None:
    """The text of a field's value; None for null."""
    if value is None or isinstance(value, str):
        return value
    return written(value)


def written(value: object) -> str:
    """A value as JSON text, its numbers as they were written."""
    if isinstance(value, Number | Alien):
        return str(value)
    if isinstance(value, Fields):
        return "{" + ", ".join(f"{quoted(name)}: {written(field)}" for name, field in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, cast("list[object]", value))) + "]"
    return quoted(value)


def refuse_ill_formed(value: object, depth: int = 0) -> None:
    """See that a value can be kept.

    Args:
        value: Of a field, or a whole record.
        depth: How many values it is within.

    Raises:
        IllFormed: When it, or a value in it, cannot.
    """
    if depth > DEEPEST:
        raise IllFormed(TOO_DEEP)
    if isinstance(value, Alien):
        message = f"{value} is no number of JSON"
        raise IllFormed(message)
    if isinstance(value, Fields):
        refuse_twice(value)
        inner = [part for pair in value for part in pair]
    else:
        inner = cast("list[object]", value) if isinstance(value, list) else []
    for part in inner:
        refuse_ill_formed(part, depth + 1)
    if isinstance(value, str):
        _refuse_text(value)


def refuse_twice(fields: Fields) -> None:
    """See that an object has no field twice.

    Raises:
        IllFormed: When it has.
    """
    if twice := [name for name, count in Counter(name for name, _ in fields).items() if count > 1]:
        message = f"it has the field {twice[0]!r} twice"
        raise IllFormed(message)


def _refuse_text(text: str) -> None:
    if "\0" in text:
        raise IllFormed(HAS_NUL)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        message = "it has half a character"
        raise IllFormed(message) from error


def parsed(text: bytes) -> object:
    """The one value of a document.

    Raises:
        IllFormed: When it is none.
    """
    if not text.strip():
        raise IllFormed(EMPTY_LINE)
    try:
        return _DECODER.decode(text.decode())
    except UnicodeDecodeError as error:
        raise IllFormed(NOT_UTF8) from error
    except json.JSONDecodeError as error:
        message = f"{error.msg.removesuffix(' at')} at character {error.pos + 1}"
        raise IllFormed(message) from error
    except RecursionError as error:
        raise IllFormed(TOO_DEEP) from error


def quoted(value: object) -> str:
    """A text, true, false or null as JSON text."""
    return json.dumps(value, ensure_ascii=False)
