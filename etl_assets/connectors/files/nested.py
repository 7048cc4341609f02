"""Nested values of Arrow as JSON text, a column at a time: what JSON lines would have had to say for the same.

A structure is an object, a list an array, a map with texts for keys an object and any other an array of pairs. Numbers
keep their digits; days, times and bytes are texts. The form is that of ``jsontext.written``.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl_assets.arrow import numbers, repeated_text, texts, values_of
from etl_assets.connectors.files.jsontext import IllFormed, quoted
from etl_assets.connectors.files.plain import as_stored, is_text, plain_text
from etl_assets.connectors.files.problems import HAS_NUL
from etl_assets.connectors.files.vectors import (
    compute,
    flags_or_false,
    numbers_or_zero,
    side_by_side,
    text_or,
    text_scalar,
    text_where,
)

_TO_BE_QUOTED: Final = r'["\\\x00-\x1f]'
_NO_NUMBERS: Final = {"nan": "NaN", "-nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
_types: Final = pa.types
_BARE: Final = (_types.is_integer, _types.is_floating, _types.is_decimal, _types.is_boolean, _types.is_null)
"""Types whose values JSON writes without quotes."""


def is_nested(kind: pa.DataType) -> bool:
    """Whether a type's values have parts."""
    return _types.is_nested(kind)


def json_texts(array: pa.Array) -> pa.Array:
    """The JSON text of each value, NULL where there is none.

    Raises:
        IllFormed: When one of them has none that could be read again.
    """
    array = as_stored(array)
    kind = array.type
    if is_nested(kind):
        said = _objects if _types.is_struct(kind) else _maps if _types.is_map(kind) else _arrays
        return said(array)
    text = _finite(array) if _types.is_floating(kind) else plain_text(array)
    return text if any(is_such(kind) for is_such in _BARE) else _quoted(text)


def _finite(array: pa.Array) -> pa.Array:
    text = plain_text(array)
    if compute.all(compute.is_finite(array)).as_py() is not False:
        return text
    found = next(_NO_NUMBERS[each] for each in text.to_pylist() if each in _NO_NUMBERS)
    message = f"{found} is no number of JSON"
    raise IllFormed(message)


def _quoted(text: pa.Array) -> pa.Array:
    simple = side_by_side('"', text, '"')
    odd = flags_or_false(compute.match_substring_regex(text, _TO_BE_QUOTED))
    if not odd.true_count:
        return simple
    found = [each.as_py() for each in text.filter(odd)]
    if any("\0" in each for each in found):
        raise IllFormed(HAS_NUL)
    return compute.replace_with_mask(simple, odd, texts(quoted(each) for each in found))


def _objects(array: pa.Array) -> pa.Array:
    pieces: list[Any] = []
    names = [array.type.field(n).name for n in range(array.type.num_fields)]
    _refuse_twice(names)
    for name, child in zip(names, array.flatten(), strict=True):
        pieces += [f"{', ' if pieces else ''}{quoted(name)}: ", _said(json_texts(child))]
    return _where(array, side_by_side(repeated_text("{", len(array)), *pieces, "}"))


def _maps(array: pa.Array) -> pa.Array:
    pairs = _items(array)
    names, values = pairs.flatten()
    if not is_text(names.type):
        both = side_by_side("[", _said(json_texts(names)), ", ", _said(json_texts(values)), "]")
        return _lists(array, both)
    titles = plain_text(names)
    rows = np.repeat(np.arange(len(array)), _lengths(array))
    codes = values_of(titles.dictionary_encode().indices)
    _, first, times = np.unique(rows * (len(titles) + 1) + codes, return_index=True, return_counts=True)
    _refuse_twice([titles[int(n)].as_py() for n in first[times > 1]] * 2)
    fields = side_by_side(_quoted(titles), ": ", _said(json_texts(values)))
    return _lists(array, fields, "{", "}")


def _lists(array: pa.Array, items: pa.Array, opening: str = "[", closing: str = "]") -> pa.Array:
    """The texts of all items joined, those of each list on their own."""
    ends = np.concatenate(([0], np.cumsum(_lengths(array))))
    lists = pa.ListArray.from_arrays(numbers(ends, pa.int32()), _said(items))
    joined = compute.binary_join(lists, text_scalar(", "))
    return _where(array, side_by_side(opening, joined, closing))


def _arrays(array: pa.Array) -> pa.Array:
    return _lists(array, json_texts(_items(array)))


def _items(array: pa.Array) -> pa.Array:
    """The items of all lists, or the pairs of all maps, without what lies below a NULL."""
    return _as_lists(array).flatten()


def _lengths(array: pa.Array) -> "npt.NDArray[np.int64]":
    return numbers_or_zero(compute.list_value_length(_as_lists(array)))


def _as_lists(array: pa.Array) -> pa.Array:
    kind = array.type
    if not _types.is_map(kind):
        return array
    pair = pa.struct([pa.field("key", kind.key_type, nullable=False), pa.field("value", kind.item_type)])
    return array.cast(pa.list_(pair))


def _said(found: pa.Array) -> pa.Array:
    return text_or(found, "null")


def _where(array: pa.Array, found: pa.Array) -> pa.Array:
    return text_where(array.is_valid(), found) if array.null_count else found


def _refuse_twice(names: list[str]) -> None:
    if len(set(names)) < len(names):
        twice = next(name for n, name in enumerate(names) if name in names[:n])
        message = f"it has the field {twice!r} twice"
        raise IllFormed(message)
