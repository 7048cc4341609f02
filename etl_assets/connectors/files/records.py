"""Delimited text into records: the well-formed ones as text to be parsed at once, the others one by one with a reason.

Memory stays flat: a block of text is held, and grows only while a quote is open or nothing proves where records begin.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from etl_assets.connectors.files.structure import Flags, Places, Settled, Trust, settle
from etl_assets.connectors.files.unreadable import Unreadable

BLOCK_BYTES: Final = 8 * 1024 * 1024
HELD_BYTES: Final = 64 * 1024 * 1024
RECORD_BYTES: Final = 16 * 1024 * 1024
_RETRY_BYTES: Final = 64 * 1024
_LINES: Final = re.compile(rb"[^\n]*\n|[^\n]+")

ILL_QUOTED: Final = "a quote is not closed or stands in the wrong place"
IN_DOUBT: Final = "a quote near it is not closed, so its cells cannot be told apart"
LONE_RETURN: Final = "a carriage return stands alone"
EMPTY_LINE: Final = "an empty line"
HAS_NUL: Final = "it has a NUL byte"
NOT_UTF8: Final = "it is not UTF-8"
TOO_LONG: Final = "it is longer than 16 MiB"


class ByteStream(Protocol):
    """What text is read from."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        ...


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


@dataclass(frozen=True, kw_only=True)
class Records:
    """Some records of a file, in its order.

    Args:
        text: The well-formed ones, one behind the other.
        rows: Their numbers.
        lines: The lines that they begin in.
        problems: The others.
    """

    text: bytes | memoryview
    rows: Places
    lines: Places
    problems: list[Problem] = field(default_factory=list)


class RecordReader:
    """Reads the records of one file, once."""

    def __init__(self, stream: ByteStream, *, delimiter: str) -> None:
        """Nothing is read yet."""
        self._stream = stream
        self._delimiter = ord(delimiter)
        self._held = memoryview(b"")
        self._ended = False
        self._trust = Trust.SURE
        self._row = 1
        self._line = 1

    def peek(self, size: int) -> memoryview:
        """The text that comes next, at most so much."""
        while len(self._held) < size and not self._ended:
            more = self._stream.read(max(size - len(self._held), BLOCK_BYTES))
            self._ended = not more
            self._held = memoryview(bytes(self._held) + more) if more else self._held
        return self._held[:size]

    def skip(self, size: int) -> None:
        """Leave text out that is no record, as a byte order mark."""
        self._held = self._held[size:]

    def first(self) -> bytes:
        """The text of the first record, which stays the next to be read; empty when it is ill-formed or there is none."""
        size = BLOCK_BYTES
        while (settled := self._settled(size)).is_empty and size < HELD_BYTES and not self._is_final(size):
            size *= 2
        return bytes(self._held[: settled.ends[0]]) if len(settled.ends) else b""

    def skip_header(self) -> None:
        """Pass over the first record without counting it as a row."""
        text = self.first()
        self._line += text.count(b"\n")
        self.skip(len(text))

    def read(self, cells: int, *, first_problem: str = "") -> Iterator[Records]:
        """The records, a block at a time.

        Args:
            cells: How many cells a record has to have.
            first_problem: Why the first record is none; empty when it is one.

        Raises:
            Unreadable: When the records cannot be told apart.
        """
        size = BLOCK_BYTES
        while self.peek(size):
            settled = self._settled(size)
            if settled.is_empty:
                size = self._grown(size)
                continue
            yield self._taken(settled, cells, first_problem if self._row == 1 else "")
            size = _RETRY_BYTES if settled.illegal_end is not None else min(size * 2, BLOCK_BYTES)

    def _grown(self, size: int) -> int:
        if size >= HELD_BYTES:
            message = f"the record in line {self._line} does not end within {HELD_BYTES >> 20} MiB"
            raise Unreadable(message)
        return size * 2

    def _settled(self, size: int) -> Settled:
        window, final = self.peek(size), self._is_final(size)
        settled = settle(window, delimiter=self._delimiter, final=final, trust=self._trust, force=size >= HELD_BYTES)
        if settled.hopeless:
            message = f"its quotes do not match, and from line {self._line} on its rows cannot be told apart"
            raise Unreadable(message)
        return settled

    def _is_final(self, size: int) -> bool:
        return len(self.peek(size + 1)) <= size

    def _taken(self, settled: Settled, cells: int, first_problem: str) -> Records:
        """Move past the settled records and the illegal text behind them."""
        text = self._held[: settled.end]
        starts = np.concatenate(([0], settled.ends))
        lines = self._line + np.concatenate(([0], np.cumsum(settled.lines)))
        reasons = _reasons(text, starts, settled.cells, cells)
        if first_problem and len(settled.ends):
            reasons[0] = first_problem
        bad = sorted(reasons)
        problems = [
            Problem(self._row + n, int(lines[n]), reasons[n], bytes(text[starts[n] : starts[n + 1]])) for n in bad
        ]
        good = np.ones(len(settled.ends), dtype=bool)
        good[bad] = False
        rows = self._row + np.flatnonzero(good)
        self._row += len(settled.ends)
        self._line = int(lines[-1])
        self.skip(settled.end)
        if settled.illegal_end is not None:
            problems += self._illegal(settled, settled.illegal_end - settled.end)
        self._trust = settled.trust
        return Records(text=_kept(text, starts, good), rows=rows, lines=lines[:-1][good], problems=problems)

    def _illegal(self, settled: Settled, size: int) -> list[Problem]:
        """Pass over illegal text: one record, or while in doubt as many as it has lines."""
        text = bytes(self._held[:size])
        self.skip(size)
        reason = LONE_RETURN if settled.lone_return else ILL_QUOTED
        pieces = _LINES.findall(text) if settled.in_doubt else [text]
        problems: list[Problem] = []
        for piece in pieces:
            problems.append(Problem(self._row, self._line, reason if piece is pieces[-1] else IN_DOUBT, piece))
            self._row += 1
            self._line += piece.count(b"\n")
        return problems


def _reasons(text: memoryview, starts: Places, cells: Places, wanted: int) -> dict[int, str]:
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
    if _is_utf8(data):
        return {}
    spans = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    return {n: NOT_UTF8 for n, (start, end) in enumerate(spans) if not _is_utf8(data[start:end])}


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _kept(text: memoryview, starts: Places, good: Flags) -> bytes | memoryview:
    """The text of the good records; not copied when all are."""
    if good.all():
        return text
    edges = np.diff(np.concatenate(([0], good.astype(np.int8), [0])))
    firsts, ends = starts[np.flatnonzero(edges == 1)], starts[np.flatnonzero(edges == -1)]
    return b"".join(text[first:end] for first, end in zip(firsts.tolist(), ends.tolist(), strict=True))
