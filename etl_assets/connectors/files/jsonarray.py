"""The elements of a JSON array as lines, a block at a time, so that they can be read as JSON lines are.

The commas between elements are found by quotes and brackets alone; whether the elements are JSON is not asked here.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from etl_assets.connectors.files.jsonmarks import Flags, Places, escaped
from etl_assets.connectors.files.jsontext import IllFormed

BLOCK_BYTES: Final = 2 * 1024 * 1024
_BLANKS: Final = b" \t\n\r"
_TO_BLANKS: Final = bytes.maketrans(_BLANKS, b"    ")
_IS_MARK: Final[Flags] = np.isin(np.arange(256), np.frombuffer(b'"{}[],\\\t\n\r', dtype=np.uint8))
_LF, _COMMA, _SLASH, _QUOTE = b'\n,\\"'


def element_blocks(text: bytes) -> Iterator[bytes]:
    """Blocks of lines, an element a line; line ends and tabs around its values are blanks.

    Raises:
        IllFormed: When it is no array for sure; what was given before is right all the same.
    """
    start = _after_blanks(text, 0)
    if text[start : start + 1] != b"[":
        raise IllFormed
    start, size = start + 1, BLOCK_BYTES
    while True:
        window = text[start : start + size]
        commas, end = _ends(window)
        if end is not None:
            if _after_blanks(text, start + end + 1) < len(text):
                raise IllFormed
            if len(commas) or window[:end].strip(_BLANKS):
                yield _lines(window[:end], commas)
            return
        if len(commas):
            yield _lines(window[: commas[-1]], commas[:-1])
            start, size = start + int(commas[-1]) + 1, BLOCK_BYTES
        elif start + size >= len(text):
            raise IllFormed
        else:
            size *= 2


def _after_blanks(text: bytes, place: int) -> int:
    return len(text) - len(text[place:].lstrip(_BLANKS)) if text[place : place + 1] in _BLANKS else place


def _lines(window: bytes, commas: Places) -> bytes:
    lines = np.frombuffer(bytearray(window.translate(_TO_BLANKS) + b"\n"), dtype=np.uint8)
    lines[commas] = _LF
    return lines.tobytes()


def _ends(window: bytes) -> tuple[Places, int | None]:
    """The commas behind elements, and where the array ends; None when that is not in the window.

    Raises:
        IllFormed: When a line end or tab is within a text, or it ends with another bracket.
    """
    data = np.frombuffer(window, dtype=np.uint8)
    places = np.flatnonzero(_IS_MARK[data])
    kinds = data[places]
    slashes = places[kinds == _SLASH]
    if len(slashes):
        wanted = (kinds != _SLASH) & ~np.isin(places, escaped(slashes), assume_unique=True)
        places, kinds = places[wanted], kinds[wanted]
    is_inside = (np.cumsum(kinds == _QUOTE) & 1).astype(bool)
    opening, closing = np.isin(kinds, list(b"{[")) & ~is_inside, np.isin(kinds, list(b"}]")) & ~is_inside
    depth = np.cumsum(opening.astype(np.int64) - closing)
    below = np.flatnonzero(depth < 0)
    last = int(below[0]) if len(below) else len(places)
    if (is_inside & np.isin(kinds, list(b"\t\n\r")))[:last].any() or (len(below) and kinds[last] != ord("]")):
        raise IllFormed
    is_comma = (kinds == _COMMA) & ~is_inside & (depth == 0)
    return places[:last][is_comma[:last]], int(places[last]) if len(below) else None
