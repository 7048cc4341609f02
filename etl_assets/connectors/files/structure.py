"""Where the records of delimited text begin and end, found for a whole window at once.

Quotes alone decide it: what stands between two of them is content. One quote too many or too few therefore exchanges
inside and outside for all that follows, until something is illegal there, and that may be far behind the damage. So
records are *settled* only once a quote proves them: an opening quote before an ordinary character, or a closing quote
behind one, cannot stand there if inside and outside were exchanged.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_QUOTE: Final = 0x22
_LF: Final = 0x0A
_CR: Final = 0x0D


class Trust(Enum):
    """How sure it is that a window begins with a record."""

    SURE = auto()
    DOUBT = auto()
    """The text before it was illegal, and nothing since has proved the new start."""
    SPENT = auto()
    """As DOUBT, and records since then were already passed on, because no more text could be held."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The records at a window's beginning that are sure, and the illegal text behind them.

    Args:
        ends: Where each record ends, its line end included; the first begins at 0, each other where the last one ends.
        cells: The number of cells of each.
        lines: The number of line ends in each.
        illegal_end: Where the illegal text behind them ends; None when there is none.
        lone_return: Whether a carriage return without a line feed makes it illegal, not a quote.
        in_doubt: Whether the illegal text goes back to the window's beginning because nothing proves the lines in it.
        hopeless: Whether records in doubt were passed on before the illegal text showed it.
        trust: How sure it is that a record begins where all this ends.
    """

    ends: Places
    cells: Places
    lines: Places
    illegal_end: int | None = None
    lone_return: bool = False
    in_doubt: bool = False
    hopeless: bool = False
    trust: Trust = Trust.SURE

    @property
    def end(self) -> int:
        """Where the settled records end."""
        return int(self.ends[-1]) if len(self.ends) else 0

    @property
    def is_empty(self) -> bool:
        """Whether more text is needed to say anything."""
        return not len(self.ends) and self.illegal_end is None


def settle(window: memoryview, *, delimiter: int, final: bool, trust: Trust, force: bool = False) -> Settled:
    """Find the records at a window's beginning.

    Args:
        window: Text that begins with a record.
        delimiter: The byte between cells.
        final: Whether the file ends with the window.
        trust: How sure its beginning is.
        force: Whether the window cannot grow, so that unproved records have to be passed on.
    """
    marks = _Marks(window, delimiter=delimiter, final=final)
    illegal = marks.first_illegal()
    if illegal is None and force and not marks.has_record_end:
        illegal = len(window)
    if illegal is not None:
        return marks.before(illegal, trust)
    return marks.proved_records(trust, force=force)


class _Marks:
    """Quotes, delimiters and line ends of a window, and what they mean."""

    def __init__(self, window: memoryview, *, delimiter: int, final: bool) -> None:
        self._text = np.frombuffer(window, dtype=np.uint8)
        self._final = final
        text = self._text
        self._at: Places = np.flatnonzero((text == _QUOTE) | (text == delimiter) | (text == _LF) | (text == _CR))
        kind = text[self._at]
        self._quote = kind == _QUOTE
        self._inside = (np.cumsum(self._quote, dtype=np.int32) & 1).astype(bool)
        self._line_end = kind == _LF
        self._return = (kind == _CR) & ~self._inside
        self._cell_end = (kind == delimiter) & ~self._inside
        self._record_end = self._line_end & ~self._inside
        self._before_quote = _set_of(delimiter, _LF, _QUOTE)
        self._structural = _set_of(delimiter, _LF, _CR, _QUOTE)

    @property
    def has_record_end(self) -> bool:
        return bool(self._record_end.any())

    def first_illegal(self) -> int | None:
        """The first place that well-formed text cannot have; the window's end when the file ends inside quotes."""
        opening, closing = self._at[self._quote & self._inside], self._at[self._quote & ~self._inside]
        returns = self._at[self._return]
        illegal = (
            opening[~self._is_in(self._before_quote, opening - 1)],
            closing[~self._is_in(self._structural, closing + 1)],
            returns[~self._is_in(_set_of(_LF), returns + 1, beyond=not self._final)],
        )
        found = [int(places[0]) for places in illegal if len(places)]
        if self._final and len(self._at) and self._inside[-1]:
            found.append(len(self._text))
        return min(found, default=None)

    def before(self, illegal: int, trust: Trust) -> Settled:
        """The records before an illegal place.

        The damage lies behind the last proof before that place. If a line ends inside quotes after the proof, the record
        of that line is the damaged one: its quote is open by mistake. Else it is the record of the illegal place.
        """
        proof = self._last_proof(illegal)
        swallowed = self._inner_line_end(proof, illegal)
        in_doubt = trust is not Trust.SURE and proof < 0
        if in_doubt:
            start, end = 0, self._line_end_after(illegal)
        elif swallowed is None:
            start, end = self._record_start(illegal), self._line_end_after(illegal)
        else:
            start, end = self._record_start(swallowed), swallowed + 1
        return replace(
            self._records(start),
            illegal_end=end,
            lone_return=illegal < self._text.size and bool(self._text[illegal] == _CR),
            in_doubt=in_doubt,
            hopeless=in_doubt and trust is Trust.SPENT,
            trust=Trust.DOUBT if end is not None else Trust.SURE if start else trust,
        )

    def proved_records(self, trust: Trust, *, force: bool) -> Settled:
        """The records of a window without an illegal place."""
        whole = self._text.size if self._final else self._last_record_end()
        if self._final or (trust is Trust.SURE and not (self._line_end & self._inside).any()):
            return self._records(whole)
        proof = self._last_proof(whole)
        swallowed = self._inner_line_end(proof, whole)
        if force:
            is_sure = swallowed is None and (trust is Trust.SURE or proof >= 0)
            return replace(self._records(whole), trust=Trust.SURE if is_sure else Trust.SPENT)
        if trust is Trust.DOUBT and proof < 0:
            return replace(self._records(0), trust=trust)
        sure = whole if swallowed is None else self._record_start(swallowed)
        return replace(self._records(sure), trust=trust if proof < 0 else Trust.SURE)

    def _records(self, end: int) -> Settled:
        """The records up to a place where one ends."""
        upto = int(np.searchsorted(self._at, end))
        last = np.flatnonzero(self._record_end[:upto])
        ends = self._at[last] + 1
        if end > (ends[-1] if len(ends) else 0):
            last, ends = np.append(last, upto - 1), np.append(ends, end)
        return Settled(ends=ends, cells=_counted(self._cell_end, last) + 1, lines=_counted(self._line_end, last))

    def _last_proof(self, before: int) -> int:
        """The last place before another that proves inside and outside; -1 when there is none."""
        upto = int(np.searchsorted(self._at, before))
        at, quote = self._at[:upto], self._quote[:upto]
        beside = np.where(self._inside[:upto], at + 1, at - 1)
        found = np.flatnonzero(quote & ~self._is_in(self._structural, beside))
        return int(at[found[-1]]) if len(found) else -1

    def _inner_line_end(self, after: int, before: int) -> int | None:
        low, high = int(np.searchsorted(self._at, after, "right")), int(np.searchsorted(self._at, before))
        found = np.flatnonzero((self._line_end & self._inside)[low:high])
        return int(self._at[low + found[0]]) if len(found) else None

    def _line_end_after(self, place: int) -> int | None:
        """Where the physical line of a place ends; None when the window does not show it."""
        low = int(np.searchsorted(self._at, place))
        found = np.flatnonzero(self._line_end[low:])
        if len(found):
            return int(self._at[low + found[0]]) + 1
        return self._text.size if self._final else None

    def _record_start(self, place: int) -> int:
        found = np.flatnonzero(self._record_end[: int(np.searchsorted(self._at, place))])
        return int(self._at[found[-1]]) + 1 if len(found) else 0

    def _last_record_end(self) -> int:
        found = np.flatnonzero(self._record_end)
        return int(self._at[found[-1]]) + 1 if len(found) else 0

    def _is_in(self, kinds: Flags, places: Places, *, beyond: bool = True) -> Flags:
        within = (places >= 0) & (places < self._text.size)
        return np.where(within, kinds[self._text[np.where(within, places, 0)]], beyond)


def _set_of(*kinds: int) -> Flags:
    flags = np.zeros(256, dtype=bool)
    flags[list(kinds)] = True
    return flags


def _counted(flags: Flags, upto: Places) -> Places:
    """How many flags stand in each stretch that ends with a place of ``upto``."""
    sums = np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
    return np.diff(sums[upto + 1], prepend=0)
