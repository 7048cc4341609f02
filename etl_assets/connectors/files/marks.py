"""Quotes, delimiters and line ends of a stretch of delimited text, found at once, and what follows from them."""

from typing import Final

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_QUOTE: Final = 0x22
_LF: Final = 0x0A
_CR: Final = 0x0D


class Marks:
    """The marks of a text that begins with a record.

    Args:
        text: The bytes.
        delimiter: The byte between cells.
        final: Whether the file ends with the text.
    """

    def __init__(self, text: memoryview, *, delimiter: int, final: bool) -> None:
        """Find them."""
        self._text = np.frombuffer(text, dtype=np.uint8)
        self._final = final
        found = (self._text == _QUOTE) | (self._text == delimiter) | (self._text == _LF) | (self._text == _CR)
        self._at: Places = np.flatnonzero(found)
        kind = self._text[self._at]
        self._quote = kind == _QUOTE
        self._inside = (np.cumsum(self._quote, dtype=np.int32) & 1).astype(bool)
        self._line_end = kind == _LF
        self._return = (kind == _CR) & ~self._inside
        self._cell_end = (kind == delimiter) & ~self._inside
        self._record_end = self._line_end & ~self._inside
        self._before_quote = _set_of(delimiter, _LF, _QUOTE)
        self._structural = _set_of(delimiter, _LF, _CR, _QUOTE)

    @property
    def size(self) -> int:
        """The length of the text."""
        return self._text.size

    @property
    def is_open(self) -> bool:
        """Whether the text ends inside quotes."""
        return len(self._at) > 0 and bool(self._inside[-1])

    def is_return(self, place: int) -> bool:
        """Whether a carriage return stands there."""
        return place < self.size and bool(self._text[place] == _CR)

    def first_illegal(self) -> int | None:
        """The first place that well-formed text cannot have; the text's end when the file ends inside quotes."""
        opening, closing = self._at[self._quote & self._inside], self._at[self._quote & ~self._inside]
        returns = self._at[self._return]
        illegal = (
            opening[~self._is_in(self._before_quote, opening - 1)],
            closing[~self._is_in(self._structural, closing + 1)],
            returns[~self._is_in(_set_of(_LF), returns + 1, beyond=not self._final)],
        )
        found = [int(places[0]) for places in illegal if len(places)]
        if self._final and self.is_open:
            found.append(self.size)
        return min(found, default=None)

    def last_proof(self, before: int) -> int:
        """The last place before another where only an opening, or only a closing, quote can stand; -1 without one.

        That is an opening quote before an ordinary character, and a closing quote behind one.
        """
        upto = int(np.searchsorted(self._at, before))
        at, inside = self._at[:upto], self._inside[:upto]
        ordinary = ~self._is_in(self._structural, np.where(inside, at + 1, at - 1))
        found = np.flatnonzero(self._quote[:upto] & ordinary)
        return int(at[found[-1]]) if len(found) else -1

    def inner_line_end(self, after: int, before: int) -> int | None:
        """The first line end inside quotes between two places."""
        low, high = int(np.searchsorted(self._at, after, "right")), int(np.searchsorted(self._at, before))
        found = np.flatnonzero((self._line_end & self._inside)[low:high])
        return int(self._at[low + found[0]]) if len(found) else None

    def line_end_after(self, place: int) -> int | None:
        """Where the physical line of a place ends; None when the text does not show it."""
        low = int(np.searchsorted(self._at, place))
        found = np.flatnonzero(self._line_end[low:])
        if len(found):
            return int(self._at[low + found[0]]) + 1
        return self.size if self._final else None

    def record_start(self, place: int) -> int:
        """Where the record of a place begins."""
        found = np.flatnonzero(self._record_end[: int(np.searchsorted(self._at, place))])
        return int(self._at[found[-1]]) + 1 if len(found) else 0

    def records_end(self) -> int:
        """Where the last whole record ends."""
        return self.size if self._final and not self.is_open else self.record_start(self.size + 1)

    def records(self, end: int) -> tuple[Places, Places, Places]:
        """Each record up to a place where one ends: its end, the number of its cells, the number of its line ends."""
        upto = int(np.searchsorted(self._at, end))
        last = np.flatnonzero(self._record_end[:upto])
        ends = self._at[last] + 1
        if end > (ends[-1] if len(ends) else 0):
            last, ends = np.append(last, upto - 1), np.append(ends, end)
        return ends, _counted(self._cell_end, last) + 1, _counted(self._line_end, last)

    def _is_in(self, kinds: Flags, places: Places, *, beyond: bool = True) -> Flags:
        within = (places >= 0) & (places < self.size)
        return np.where(within, kinds[self._text[np.where(within, places, 0)]], beyond)


def _set_of(*kinds: int) -> Flags:
    flags = np.zeros(256, dtype=bool)
    flags[list(kinds)] = True
    return flags


def _counted(flags: Flags, upto: Places) -> Places:
    """How many flags stand in each stretch that ends with a place of ``upto``."""
    sums = np.concatenate(([0], np.cumsum(flags, dtype=np.int64)))
    return np.diff(sums[upto + 1], prepend=0)
