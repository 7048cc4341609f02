"""Many values of JSON parsed in one call, which proves them all; if it does not, halves of them, until one is found."""

import json
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, cast

import pyarrow as pa

from etl_assets.connectors.files.vectors import compute

Value = TypeVar("Value")
_BLANKS_OUTSIDE: Final = r'("[^"]*")| +'
_UP_TO_A_MARK: Final = r'((?:[^",:]|"[^"]*")*)([,:])'


class _Doubt(ValueError):
    """A value may not be what it seems."""


def _once(pairs: list[tuple[str, object]]) -> None:
    if len(pairs) > 1 and len(dict(pairs)) < len(pairs):
        raise _Doubt


def _no_number(_: str) -> None:
    raise _Doubt


_PROVING: Final = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
_READING: Final = json.JSONDecoder()


def are_sound(nested: Sequence[str]) -> list[bool]:
    """Which nested values are well-formed, without a field twice; a doubt says no.

    Args:
        nested: Without backslashes; each begins and ends with a bracket, and opens as many as it closes.
    """
    found = _each(nested, lambda few: [True] * len(_list_of(_PROVING, few)))
    return [each is True for each in found]


def read_texts(quoted: Sequence[str]) -> list[str | None]:
    """The texts that are written with backslashes; None where one is not well-formed, or cannot be kept.

    Args:
        quoted: With their quotes, and no other quote that has no backslash.
    """
    return _each(quoted, _texts_of)


def normal(nested: pa.Array) -> pa.Array:
    """Well-formed nested values without backslashes in the form of ``jsontext.written``."""
    dense = compute.replace_substring_regex(nested, _BLANKS_OUTSIDE, r"\1")
    return compute.replace_substring_regex(dense, _UP_TO_A_MARK, r"\1\2 ")


def _texts_of(few: Sequence[str]) -> list[str]:
    found = cast("list[str]", _list_of(_READING, few))
    together = "".join(found)
    if "\0" in together or not _can_be_encoded(together):
        raise _Doubt
    return found


def _can_be_encoded(text: str) -> bool:
    """Whether it has no half of a character; two halves of neighbours that would make one are none either way."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _list_of(decoder: json.JSONDecoder, few: Sequence[str]) -> list[object]:
    found = cast("list[object]", decoder.decode(f"[{','.join(few)}]"))
    if len(found) != len(few):
        raise _Doubt
    return found


def _each(all_: Sequence[str], proved: Callable[[Sequence[str]], list[Value]]) -> "list[Value | None]":
    """What is proved of all at once, or of each half of them."""
    try:
        return [*proved(all_)] if all_ else []
    except (ValueError, RecursionError):
        if len(all_) == 1:
            return [None]
    half = len(all_) // 2
    return _each(all_[:half], proved) + _each(all_[half:], proved)
