"""Where the fields of JSON lines stand, for a whole block of lines at once; lines that it is not sure of are left out.

What is looked at are quotes, brackets, colons, commas and line ends, and which of them follow each other. A line is
given only if it is an object from its first character to its last, by JSON's grammar down to its fields' values. What
is inside of nested values is not looked at, nor whether a value without quotes is a number.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from etl_assets.connectors.files.problems import RECORD_BYTES, is_utf8

Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.uint8]

MOST_LEVELS: Final = 60
_MOST_BLANKS: Final = 16
_LINE, _OPEN, _CLOSE, _QUOTE, _NAME_END, _TEXT_END, _COLON, _COMMA, _INNER, _INNER_END, _ALIEN = range(11)
_FOLLOWS: Final = {
    _LINE: (_OPEN,),
    _OPEN: (_QUOTE, _CLOSE),
    _QUOTE: (_NAME_END, _TEXT_END),
    _NAME_END: (_COLON,),
    _TEXT_END: (_COMMA, _CLOSE),
    _COLON: (_QUOTE, _INNER, _COMMA, _CLOSE),
    _COMMA: (_QUOTE,),
    _INNER: (_INNER_END,),
    _INNER_END: (_COMMA, _CLOSE),
    _CLOSE: (_LINE,),
}
_HOLDS: Final = ((_QUOTE, _NAME_END), (_QUOTE, _TEXT_END), (_INNER, _INNER_END), (_COLON, _COMMA), (_COLON, _CLOSE))
"""Marks with content between them; between any others there are blanks at most."""


def _table(pairs: "list[tuple[int, int]]") -> Flags:
    table = np.zeros((_ALIEN + 1, _ALIEN + 1), dtype=bool)
    for first, second in pairs:
        table[first, second] = True
    return table


_MAY_FOLLOW: Final = _table([(first, second) for first, following in _FOLLOWS.items() for second in following])
_HAS_CONTENT: Final = _table(list(_HOLDS))
_IS_MARK: Final = np.isin(np.arange(256), np.frombuffer(b'"{}[]:,\\\n', dtype=np.uint8))
_LF, _CR, _BLANK, _SLASH, _DOUBLE = b'\n\r \\"'


@dataclass(frozen=True)
class Fields:
    """The fields of the lines that are surely objects, in the order of the text.

    Args:
        lines: The lines, counted from 0.
        row: Of each field, the place of its line among them.
        names: Where its name begins and ends, without quotes.
        values: Where its value begins and ends: a text without its quotes, a nested one with its brackets.
        is_text: Whether the value is a text.
        is_nested: Whether it is nested.
        slashes: Where there are backslashes in the text.
        others: The lines that have to be looked at one by one.
    """

    lines: Places
    row: Places
    names: tuple[Places, Places]
    values: tuple[Places, Places]
    is_text: Flags
    is_nested: Flags
    slashes: Places
    others: Places


@dataclass(frozen=True)
class _Marks:
    """Marks of a text: where they are, what they are, and in which line."""

    places: Places
    kinds: "npt.NDArray[Any]"
    lines: Places

    def those(self, wanted: Flags) -> "_Marks":
        return _Marks(self.places[wanted], self.kinds[wanted], self.lines[wanted])


def fields_of(text: bytes) -> Fields:
    """Find the fields.

    Args:
        text: Whole lines, each with its end.
    """
    data = np.frombuffer(text, dtype=np.uint8)
    ends = np.flatnonzero(data == _LF)
    starts = np.concatenate(([0], ends[:-1] + 1))
    doubtful = _doubtful(text, data, starts, ends)
    marks, slashes = _marks(data, doubtful)
    marks = _top(marks.those(~doubtful[marks.lines]), doubtful)
    _refuse_misplaced(data, marks, starts, doubtful)
    return _fields(data, marks.those(~doubtful[marks.lines]), slashes, doubtful)


def _doubtful(text: bytes, data: Codes, starts: Places, ends: Places) -> Flags:
    """Lines that are empty, too long, not UTF-8, or have control characters."""
    doubtful = (ends == starts) | (ends - starts > RECORD_BYTES)
    controls = np.flatnonzero(data < _BLANK)
    if len(controls) > len(ends):
        is_return = (data[controls] == _CR) & (data[np.minimum(controls + 1, len(data) - 1)] == _LF)
        odd = controls[(data[controls] != _LF) & ~is_return]
        doubtful[np.searchsorted(ends, odd)] = True
    if not text.isascii() and not is_utf8(text):
        spans = zip(starts.tolist(), ends.tolist(), strict=True)
        doubtful |= np.fromiter((not is_utf8(text[start:end]) for start, end in spans), dtype=bool, count=len(ends))
    return doubtful


def _marks(data: Codes, doubtful: Flags) -> tuple[_Marks, Places]:
    """The marks outside of texts, the quotes around these, and the places of backslashes."""
    places = np.flatnonzero(_IS_MARK[data])
    kinds = data[places]
    slashes = places[kinds == _SLASH]
    if len(slashes):
        is_escaped = np.zeros(len(data) + 1, dtype=bool)
        is_escaped[escaped(slashes)] = True
        wanted = (kinds != _SLASH) & (~is_escaped[places] | (kinds == _LF))
        places, kinds = places[wanted], kinds[wanted]
    is_end = kinds == _LF
    lines = np.cumsum(is_end) - is_end
    quotes = np.cumsum(kinds == _DOUBLE)
    counts = quotes[is_end]
    before = np.concatenate(([0], counts[:-1]))
    doubtful |= ((counts - before) & 1).astype(bool)
    is_inside = ((quotes - before[lines]) & 1).astype(bool)
    kinds = np.where((kinds == _DOUBLE) & ~is_inside, 0, kinds)
    wanted = ~is_inside | (kinds == _DOUBLE) | is_end
    return _Marks(places[wanted], kinds[wanted], lines[wanted]), slashes


def escaped(slashes: Places) -> Places:
    """What a backslash stands before that is not itself escaped."""
    number = np.arange(len(slashes))
    is_first = np.concatenate(([True], np.diff(slashes) != 1))
    first = np.maximum.accumulate(np.where(is_first, number, 0))
    return slashes[(number - first) % 2 == 0] + 1


def _top(marks: _Marks, doubtful: Flags) -> _Marks:
    """The marks of the objects themselves, and the brackets around what is nested in them."""
    is_opening = (marks.kinds == ord("{")) | (marks.kinds == ord("["))
    is_closing = (marks.kinds == ord("}")) | (marks.kinds == ord("]"))
    depth = np.cumsum(is_opening.astype(np.int64) - is_closing)
    is_end = marks.kinds == _LF
    after = np.zeros(len(doubtful), dtype=np.int64)
    after[marks.lines[is_end]] = np.diff(np.concatenate(([0], depth[is_end])))
    base = np.concatenate(([0], np.cumsum(after)[:-1]))
    level = depth - base[marks.lines] + is_closing
    doubtful |= after != 0
    doubtful[marks.lines[((level < 1) & ~is_end) | (level > MOST_LEVELS)]] = True
    is_bracket = is_opening | is_closing
    wanted = is_end | (level == 1) | ((level == 2) & is_bracket)  # noqa: PLR2004 - one level below the object
    kinds = _named(marks.kinds[wanted], level[wanted])
    return _Marks(marks.places[wanted], kinds, marks.lines[wanted])


def _named(kinds: "npt.NDArray[Any]", level: Places) -> "npt.NDArray[Any]":
    named = np.full(len(kinds), _ALIEN, dtype=np.uint8)
    is_outer = level == 1
    for character, kind in ((_LF, _LINE), (ord(":"), _COLON), (ord(","), _COMMA), (_DOUBLE, _QUOTE)):
        named[kinds == character] = kind
    named[(kinds == ord("{")) & is_outer], named[(kinds == ord("}")) & is_outer] = _OPEN, _CLOSE
    inner = (level == 2) & ((kinds == ord("{")) | (kinds == ord("[")))  # noqa: PLR2004 - as above
    inner_end = (level == 2) & ((kinds == ord("}")) | (kinds == ord("]")))  # noqa: PLR2004 - as above
    named[inner], named[inner_end] = _INNER, _INNER_END
    ends = np.flatnonzero(kinds == 0)
    is_value = (ends > 1) & (named[np.maximum(ends - 2, 0)] == _COLON)
    named[ends] = np.where(is_value, _TEXT_END, _NAME_END)
    return named


def _refuse_misplaced(data: Codes, marks: _Marks, starts: Places, doubtful: Flags) -> None:
    """Mark the lines in which marks follow each other as they must not, or have something between them."""
    kinds = np.concatenate(([_LINE], marks.kinds))
    places = np.concatenate(([-1], marks.places))
    first, second = kinds[:-1], kinds[1:]
    begins = places[:-1] + 1
    is_first = second == _OPEN
    begins[is_first] = starts[marks.lines[is_first]]
    gaps = places[1:] - begins
    at_begin = data[np.minimum(begins, len(data) - 1)]
    is_blank = (gaps == 1) & ((at_begin == _BLANK) | ((at_begin == _CR) & (second == _LINE)))
    has_content = _HAS_CONTENT[first, second]
    if (wide := np.flatnonzero((gaps > 1) & ~has_content)).size:
        blanks = np.concatenate(([0], np.cumsum(data == _BLANK)))
        is_blank[wide] = blanks[places[1:][wide]] - blanks[begins[wide]] == gaps[wide]
    is_right = _MAY_FOLLOW[first, second] & ((gaps == 0) | is_blank | has_content)
    doubtful[marks.lines[~is_right]] = True


def _fields(data: Codes, marks: _Marks, slashes: Places, doubtful: Flags) -> Fields:
    lines = np.flatnonzero(~doubtful)
    rank = np.cumsum(~doubtful) - 1
    at = np.flatnonzero(marks.kinds == _NAME_END)
    opening = marks.kinds[at + 2] if len(at) else np.zeros(0, dtype=np.uint8)
    is_text, is_nested = opening == _QUOTE, opening == _INNER
    is_held = is_text | is_nested
    first = marks.places[at + 2] + is_text
    last = marks.places[np.minimum(at + 3, max(len(marks.places) - 1, 0))] + is_nested
    bare_first, bare_last = _without_blanks(data, marks.places[at + 1] + 1, marks.places[at + 2])
    return Fields(
        lines=lines,
        row=rank[marks.lines[at]],
        names=(marks.places[at - 1] + 1, marks.places[at]),
        values=(np.where(is_held, first, bare_first), np.where(is_held, last, bare_last)),
        is_text=is_text,
        is_nested=is_nested,
        slashes=slashes,
        others=np.flatnonzero(doubtful),
    )


def _without_blanks(data: Codes, first: Places, last: Places) -> tuple[Places, Places]:
    """Spans without blanks at either end, as far as there are not very many."""
    for _ in range(_MOST_BLANKS):
        before = (first < last) & (data[first] == _BLANK)
        behind = (first < last - before) & (data[last - 1] == _BLANK)
        if not (before | behind).any():
            break
        first, last = first + before, last - behind
    return first, last
