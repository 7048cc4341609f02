"""Delimited text into records: the well-formed ones as text to be parsed at once, the others one by one with a reason.

Memory stays flat: a block of text is held, and grows only while a quote is open or nothing proves where records begin.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from etl_assets.connectors.files.marks import Flags, Marks, Places
from etl_assets.connectors.files.problems import ILL_QUOTED, IN_DOUBT, LONE_RETURN, RETURNS_ALONE, Problem, reasons_of
from etl_assets.connectors.files.structure import Settled, Start, settle
from etl_assets.connectors.files.unreadable import Unreadable

if TYPE_CHECKING:
    from _typeshed import SupportsRead

BLOCK_BYTES: Final = 2 * 1024 * 1024
HELD_BYTES: Final = 32 * 1024 * 1024
RETRY_BYTES: Final = 4 * 1024
_PROBLEM_BYTES: Final = 1024
_FEW: Final = 5_000
_LINES: Final = re.compile(rb"[^\n]*\n|[^\n]+")


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

    def __init__(self, stream: "SupportsRead[bytes]", *, delimiter: str) -> None:
        """Nothing is read yet."""
        self._stream = stream
        self._delimiter = ord(delimiter)
        self._held = memoryview(b"")
        self._ended = False
        self._start = Start()
        self._row = 1
        self._line = 1
        self._ill_quoted = 0

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
        """The text of the first record, which stays the next; empty when there is none, or an ill-formed one."""
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
        pieces: list[Records] = []
        size = 0
        for piece in self._pieces(cells, first_problem):
            pieces.append(piece)
            size += len(piece.text) + _PROBLEM_BYTES * len(piece.problems)
            if size >= BLOCK_BYTES:
                yield _joined(pieces)
                pieces, size = [], 0
        if pieces:
            yield _joined(pieces)

    def _pieces(self, cells: int, first_problem: str) -> Iterator[Records]:
        """The records up to each ill-quoted one, or a block of them."""
        size = BLOCK_BYTES
        while self.peek(size):
            settled = self._settled(size, cells)
            if settled.is_empty:
                size = self._grown(size)
                continue
            yield self._taken(settled, cells, first_problem if self._row == 1 else "")
            size = RETRY_BYTES if settled.illegal_end is not None else min(size * 2, BLOCK_BYTES)

    def _grown(self, size: int) -> int:
        if size >= HELD_BYTES:
            message = f"the record in line {self._line} does not end within {HELD_BYTES >> 20} MiB"
            raise Unreadable(message)
        return size * 2

    def _settled(self, size: int, cells: int = 0) -> Settled:
        window, final = self.peek(size), self._is_final(size)
        marks = Marks(window, delimiter=self._delimiter, final=final)
        settled = settle(marks, self._start, cells=cells, final=final, force=size >= HELD_BYTES)
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
        reasons = reasons_of(text, starts, settled.cells, cells)
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
        self._start = settled.next
        return Records(text=_kept(text, starts, good), rows=rows, lines=lines[:-1][good], problems=problems)

    def _illegal(self, settled: Settled, size: int) -> list[Problem]:
        """Pass over illegal text: one record, or while in doubt as many as it has lines."""
        text = bytes(self._held[:size])
        self.skip(size)
        if settled.lone_return and self._row == 1 and b"\n" not in text:
            raise Unreadable(RETURNS_ALONE)
        self._refuse_alien()
        reason = LONE_RETURN if settled.lone_return else ILL_QUOTED
        pieces = _LINES.findall(text) if settled.in_doubt else [text]
        problems: list[Problem] = []
        for piece in pieces:
            problems.append(Problem(self._row, self._line, reason if piece is pieces[-1] else IN_DOUBT, piece))
            self._row += 1
            self._line += piece.count(b"\n")
        return problems

    def _refuse_alien(self) -> None:
        """Refuse a file that is written in another way than declared, as with a backslash before quotes."""
        self._ill_quoted += 1
        if self._ill_quoted > _FEW and self._ill_quoted * 2 > self._row:
            message = (
                f"most of its first {self._row} records are ill-quoted: it may have other quotes or cells than declared"
            )
            raise Unreadable(message)


def _joined(pieces: list[Records]) -> Records:
    if len(pieces) == 1:
        return pieces[0]
    return Records(
        text=b"".join(piece.text for piece in pieces),
        rows=np.concatenate([piece.rows for piece in pieces]),
        lines=np.concatenate([piece.lines for piece in pieces]),
        problems=[problem for piece in pieces for problem in piece.problems],
    )


def _kept(text: memoryview, starts: Places, good: Flags) -> bytes | memoryview:
    """The text of the good records; not copied when all are."""
    if good.all():
        return text
    edges = np.diff(np.concatenate(([0], good.astype(np.int8), [0])))
    firsts, ends = starts[np.flatnonzero(edges == 1)], starts[np.flatnonzero(edges == -1)]
    return b"".join(text[first:end] for first, end in zip(firsts.tolist(), ends.tolist(), strict=True))
