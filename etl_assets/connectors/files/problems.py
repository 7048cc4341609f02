"""What can be wrong with a single record of delimited text."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from etl_assets.connectors.files.marks import Places

RECORD_BYTES: Final = 16 * 1024 * 1024

ILL_QUOTED: Final = "a quote is not closed or stands in the wrong place"
IN_DOUBT: Final = "a quote near it is not closed, so its cells cannot be told apart"
LONE_RETURN: Final = "a carriage return stands alone"
HEADER_NOT_DUE: Final = "a header where none is due"
EMPTY_LINE: Final = "an empty line"
HAS_NUL: Final = "it has a NUL byte"
NOT_UTF8: Final = "it is not UTF-8"
NOT_UTF8_BUT: Final = "it is not UTF-8 but UTF-16 or UTF-32"
RETURNS_ALONE: Final = "its lines end with a carriage return alone; LF or CRLF is read"
TOO_LONG: Final = "it is longer than 16 MiB"


@dataclass(frozen=True)
class Problem:
    """A record that is not well-formed.

    Args:
        row: Its number in the file, from 1, the header not counted.
        line: The line it begins in, from 1.
        reason: What is wrong, in a few words.
        text: Its bytes.
    """

    row: int
    line: int
    reason: str
    text: bytes


def reasons_of(text: memoryview, starts: Places, cells: Places, wanted: int) -> dict[int, str]:
    """Why records are ill-formed, by their index; looks closer only where there is something to see."""
    reasons = {int(n): TOO_LONG for n in np.flatnonzero(np.diff(starts) > RECORD_BYTES)}
    for n in np.flatnonzero(cells != wanted):
        is_empty = not bytes(text[starts[n] : starts[n + 1]]).strip(b"\r\n")
        reasons[int(n)] = EMPTY_LINE if is_empty else f"it has {cells[n]} cells instead of {wanted}"
    if not (data := bytes(text)).isascii():
        reasons |= _undecodable(data, starts)
    for place in np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0) if b"\0" in data else ():
        reasons[int(np.searchsorted(starts, place, "right")) - 1] = HAS_NUL
    return reasons


def _undecodable(data: bytes, starts: Places) -> dict[int, str]:
    if is_utf8(data):
        return {}
    spans = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    return {n: NOT_UTF8 for n, (start, end) in enumerate(spans) if not is_utf8(data[start:end])}


def is_utf8(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
