"""The cells of many JSON lines at once, and the lines of which it is not proved that these are their cells.

Texts are cut out of the block where they stand. Those with a backslash are read, and nested values proved, many in one
call; only a nested value with a backslash is taken up alone. Whatever is not proved to be right, a field twice, a
number that JSON does not know, a missing field, is left to ``jsonrecords.py``, which knows what is wrong.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa

from etl_assets.arrow import flags, flags_of, numbers, places, texts, values_of
from etl_assets.connectors.files.jsonmany import are_sound, normal, read_texts
from etl_assets.connectors.files.jsonmarks import Fields, Flags, Places, fields_of
from etl_assets.connectors.files.jsontext import IllFormed, parsed, quoted, refuse_ill_formed, written
from etl_assets.connectors.files.vectors import compute, side_by_side, text_scalar, text_where

_SCALAR: Final = r"\A(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null)\z"
_NULL: Final = len("null")


@dataclass(frozen=True)
class Proved:
    """The lines that are proved.

    Args:
        cells: By title, then what is not declared, as the text of an object.
        lines: Where they are in the block, counted from 0.
        others: The lines that are not proved.
        extra: The names of what is not declared.
    """

    cells: list[pa.Array]
    lines: Places
    others: Places
    extra: set[str]


def proved(text: bytes, titles: Sequence[str], optional: Collection[str]) -> Proved:
    """The cells of a block of lines.

    Args:
        text: Whole lines, each with its end.
        titles: The declared fields.
        optional: Those that a record may lack.
    """
    return _Block(text, fields_of(text)).proved(titles, optional)


class _Block:
    """A text, and where its fields stand."""

    def __init__(self, text: bytes, fields: Fields) -> None:
        self._text = text
        self._buffer = pa.py_buffer(text)
        self._fields = fields
        self._is_right = np.ones(len(fields.lines), dtype=bool)
        self._rewritten: dict[int, object] = {}

    def proved(self, titles: Sequence[str], optional: Collection[str]) -> Proved:
        """The cells, and what is left over."""
        self._refuse_names()
        self._refuse_scalars()
        self._take_up()
        there = [np.flatnonzero(self._codes == self._code(title)) for title in titles]
        for title, at in zip(titles, there, strict=True):
            if title not in optional:
                self._is_right &= np.bincount(self._fields.row[at], minlength=len(self._is_right)) == 1
        rank = np.cumsum(self._is_right) - 1
        cells = [self._column(at[self._is_right[self._fields.row[at]]], rank) for at in there]
        rest, extra = self._rest(titles, rank)
        others = np.concatenate((self._fields.others, self._fields.lines[~self._is_right]))
        return Proved([*cells, rest], self._fields.lines[self._is_right], np.sort(others), extra)

    @cached_property
    def _names(self) -> pa.DictionaryArray:
        return self._cut(*self._fields.names).dictionary_encode()

    @cached_property
    def _codes(self) -> Places:
        return values_of(self._names.indices).astype(np.int64)

    @cached_property
    def _known(self) -> list[str]:
        return [name.as_py() for name in self._names.dictionary]

    def _code(self, title: str) -> int:
        return self._known.index(title) if title in self._known else -1

    def _cut(self, first: Places, last: Places) -> pa.Array:
        """Pieces of the text, in its order."""
        count = len(first)
        bounds = np.empty(2 * count + 1, dtype=np.int32)
        bounds[0:-1:2], bounds[1::2] = first, last
        bounds[-1] = bounds[-2] if count else 0
        pieces = pa.Array.from_buffers(pa.string(), 2 * count, [None, pa.py_buffer(bounds), self._buffer])
        return pieces.take(numbers(np.arange(0, 2 * count, 2)))

    def _refuse_names(self) -> None:
        """Leave the rows out that have a name twice, or one with a backslash."""
        row, kinds = self._fields.row, len(self._known)
        both = row * kinds + self._codes
        if len(self._is_right) * kinds <= 4 * len(row):
            twice = np.flatnonzero(np.bincount(both) > 1) // max(kinds, 1)
        else:
            found, times = np.unique(both, return_counts=True)
            twice = found[times > 1] // max(kinds, 1)
        self._is_right[twice] = False
        self._is_right[row[self._has_slash(*self._fields.names)]] = False

    def _refuse_scalars(self) -> None:
        bare = np.flatnonzero(~self._fields.is_text & ~self._fields.is_nested)
        first, last = self._fields.values
        is_scalar = compute.match_substring_regex(self._cut(first[bare], last[bare]), _SCALAR)
        self._is_right[self._fields.row[bare[~flags_of(is_scalar)]]] = False

    def _take_up(self) -> None:
        """Read texts with backslashes and prove nested values, many in one call; leave rows out where that fails."""
        first, last = self._fields.values
        has_slash = self._has_slash(first, last)
        is_nested = self._fields.is_nested
        for n in np.flatnonzero(is_nested & has_slash).tolist():
            self._take_up_one(n)
        escaped = np.flatnonzero(self._fields.is_text & has_slash)
        for n, text in zip(escaped.tolist(), read_texts(self._pieces(escaped, 1)), strict=True):
            if text is None:
                self._is_right[self._fields.row[n]] = False
            self._rewritten[n] = text
        nested = np.flatnonzero(is_nested & ~has_slash)
        unsound = ~np.array(are_sound(self._pieces(nested, 0)), dtype=bool)
        self._is_right[self._fields.row[nested[unsound]]] = False

    def _take_up_one(self, n: int) -> None:
        first, last = self._fields.values
        try:
            value = parsed(self._text[first[n] : last[n]])
            refuse_ill_formed(value, 1)
        except IllFormed:
            self._is_right[self._fields.row[n]] = False
        else:
            self._rewritten[n] = value

    def _pieces(self, at: Places, more: int) -> list[str]:
        """The texts of some values, with so many characters more at either end."""
        first, last = self._fields.values[0][at] - more, self._fields.values[1][at] + more
        return [self._text[start:end].decode() for start, end in zip(first.tolist(), last.tolist(), strict=True)]

    def _has_slash(self, first: Places, last: Places) -> Flags:
        slashes = self._fields.slashes
        if not len(slashes):
            return np.zeros(len(first), dtype=bool)
        return np.searchsorted(slashes, last) > np.searchsorted(slashes, first)

    def _column(self, at: Places, rank: Places) -> pa.Array:
        """The cells of one field for every row, NULL where a row has it not."""
        first, last = self._fields.values
        cells = self._cut(first[at], last[at])
        cells = self._with_nulls(cells, at)
        cells = self._with_rewritten(cells, at, _outer)
        rows = rank[self._fields.row[at]]
        count = int(self._is_right.sum())
        if len(rows) == count:
            return cells
        held = np.full(count, -1)
        held[rows] = np.arange(len(rows))
        return cells.take(places(held))

    def _with_nulls(self, cells: pa.Array, at: Places) -> pa.Array:
        first, last = self._fields.values
        is_bare = ~self._fields.is_text[at] & ~self._fields.is_nested[at]
        data = np.frombuffer(self._text, dtype=np.uint8)
        is_null = is_bare & (last[at] - first[at] == _NULL) & (data[first[at]] == ord("n"))
        return text_where(flags(~is_null), cells) if is_null.any() else cells

    def _with_rewritten(self, cells: pa.Array, at: Places, said: Callable[[object], str]) -> pa.Array:
        is_nested = self._fields.is_nested[at]
        if is_nested.any():
            cells = compute.replace_with_mask(cells, flags(is_nested), normal(cells.filter(flags(is_nested))))
        mask = np.isin(at, np.fromiter(self._rewritten, dtype=np.int64), assume_unique=True)
        if not (found := at[mask].tolist()):
            return cells
        return compute.replace_with_mask(cells, flags(mask), texts([said(self._rewritten[n]) for n in found]))

    def _rest(self, titles: Sequence[str], rank: Places) -> tuple[pa.Array, set[str]]:
        """What is not declared, as the text of an object a row; NULL where a row has nothing of that."""
        declared = [self._code(title) for title in titles]
        row = self._fields.row
        at = np.flatnonzero(~np.isin(self._codes, declared) & self._is_right[row])
        count = int(self._is_right.sum())
        if not len(at):
            return pa.nulls(count, pa.string()), set()
        (first, last), is_text = self._fields.values, self._fields.is_text[at]
        values = self._with_rewritten(self._cut(first[at] - is_text, last[at] + is_text), at, _inner)
        names = self._cut(self._fields.names[0][at] - 1, self._fields.names[1][at] + 1)
        pairs = side_by_side(names, ": ", values)
        sizes = np.bincount(rank[row[at]], minlength=count)
        ends = np.concatenate(([0], np.cumsum(sizes)))
        joined = compute.binary_join(pa.ListArray.from_arrays(numbers(ends, pa.int32()), pairs), text_scalar(", "))
        objects = side_by_side("{", joined, "}")
        rest = text_where(flags(sizes > 0), objects)
        return rest, {self._known[code] for code in np.unique(self._codes[at])}


def _outer(value: object) -> str:
    """The text of a field's value."""
    return value if isinstance(value, str) else written(value)


def _inner(value: object) -> str:
    """The text of a value within an object."""
    return quoted(value) if isinstance(value, str) else written(value)
