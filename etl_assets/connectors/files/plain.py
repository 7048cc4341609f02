"""The types of a Parquet file's columns as the lake has them, and the cells of each, nothing rounded, cut or wrapped.

The lake knows ``int16 int32 int64 float double bool date32 timestamp[us] decimal128`` and text. A type that one of them
carries exactly becomes that; any other becomes the text that its values have:

    whole numbers             the next wider of the lake's; of 64 bits without a sign, a decimal128(20, 0)
    half floats               float
    decimals                  decimal128(p, s) up to 38 digits, else text
    timestamps                timestamp[us] from seconds, milliseconds and microseconds, in UTC; of nanoseconds, text
    text, bytes               text in UTF-8; bytes of a fixed length are hexadecimal digits, a UUID is written as one
    times of day, durations   text: 12:30:00.5; the number of the unit
    structures, lists, maps   JSON text (nested.py)
    NULLs without a type      text
"""

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Final

import pyarrow as pa

from etl_assets.arrow import texts
from etl_assets.connectors.files.unreadable import Unreadable
from etl_assets.connectors.files.vectors import compute, flags_or_false

MAX_DIGITS: Final = 38
_UUID: Final = "arrow.uuid"
_types: Final = pa.types
_WIDER: Final = {
    pa.int8(): pa.int16(),
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
    pa.date64(): pa.date32(),
}
_SAME: Final = {pa.int16(), pa.int32(), pa.int64(), pa.float32(), pa.float64(), pa.bool_(), pa.date32()}
_TEXTS: Final[tuple[Callable[[pa.DataType], bool], ...]] = (
    _types.is_string,
    _types.is_large_string,
    _types.is_string_view,
    _types.is_binary,
    _types.is_large_binary,
    _types.is_binary_view,
)
_BY_TEXT: Final[tuple[Callable[[pa.DataType], bool], ...]] = (
    _types.is_fixed_size_binary,
    _types.is_time,
    _types.is_duration,
    _types.is_nested,
    _types.is_null,
)


def is_text(kind: pa.DataType) -> bool:
    """Whether a type is of texts, or of bytes that are taken for such."""
    return any(is_such(kind) for is_such in _TEXTS)


def lake_type(kind: pa.DataType) -> pa.DataType:
    """The type with which the lake has a column.

    Raises:
        Unreadable: When there is none.
    """
    if isinstance(kind, pa.BaseExtensionType):
        return lake_type(kind.storage_type)
    if _types.is_dictionary(kind):
        return lake_type(kind.value_type)
    if kind in _SAME or kind in _WIDER:
        return _WIDER.get(kind, kind)
    if _types.is_decimal(kind):
        return (
            pa.decimal128(kind.precision, kind.scale)
            if 0 <= kind.scale <= kind.precision <= MAX_DIGITS
            else pa.string()
        )
    if _types.is_timestamp(kind):
        return pa.string() if kind.unit == "ns" else pa.timestamp("us")
    if is_text(kind) or any(is_such(kind) for is_such in _BY_TEXT):
        return pa.string()
    message = f"it has a column of the type {kind}, which is not read"
    raise Unreadable(message)


def lake_cells(array: pa.Array) -> pa.Array:
    """The cells of a column that is not nested, with the lake's type.

    Raises:
        ArrowInvalid: When one of them has no such value: bytes that are not UTF-8, a time out of range.
    """
    array = as_stored(array)
    wanted = lake_type(array.type)
    if wanted == pa.string():
        return plain_text(array)
    if _types.is_timestamp(array.type):
        return array.view(pa.timestamp(array.type.unit)).cast(wanted)
    return array if array.type == wanted else array.cast(wanted)


def plain_text(array: pa.Array) -> pa.Array:
    """The text of each value of a column that is not nested.

    Raises:
        ArrowInvalid: When bytes are not UTF-8.
    """
    array = as_stored(array)
    said = next((said for is_such, said in _SAID if is_such(array.type)), None)
    return said(array) if said else array.cast(pa.string())


def as_stored(array: pa.Array) -> pa.Array:
    """The values without a dictionary, and without an extension that only says what they are meant for."""
    if isinstance(array, pa.DictionaryArray):
        return as_stored(array.dictionary_decode())
    is_more = isinstance(array.type, pa.BaseExtensionType) and not _is_uuid(array.type)
    return as_stored(array.storage) if is_more else array


def _utf8(array: pa.Array) -> pa.Array:
    text = array.cast(pa.string())
    text.validate(full=True)
    return text


def _digits(array: pa.Array) -> pa.Array:
    """Decimals with all digits behind the point, never an exponent."""
    text = array.cast(pa.string())
    has_exponent = flags_or_false(compute.match_substring(text, "E"))
    if not has_exponent.true_count:
        return text
    plain = [format(Decimal(each.as_py()), "f") for each in text.filter(has_exponent)]
    return compute.replace_with_mask(text, has_exponent, texts(plain))


def _uuids(array: pa.Array) -> pa.Array:
    stored = array.storage.to_pylist()
    return texts(None if each is None else str(uuid.UUID(bytes=each)) for each in stored)


def _hexadecimal(array: pa.Array) -> pa.Array:
    return texts(None if each is None else each.hex() for each in array.to_pylist())


def _is_uuid(kind: pa.DataType) -> bool:
    return isinstance(kind, pa.BaseExtensionType) and kind.extension_name == _UUID


_SAID: Final[tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], pa.Array]], ...]] = (
    (_is_uuid, _uuids),
    (is_text, _utf8),
    (_types.is_fixed_size_binary, _hexadecimal),
    (_types.is_timestamp, lambda array: array.view(pa.timestamp(array.type.unit)).cast(pa.string())),
    (_types.is_duration, lambda array: array.cast(pa.int64()).cast(pa.string())),
    (_types.is_decimal, _digits),
    (_types.is_float16, lambda array: array.cast(pa.float32()).cast(pa.string())),
)
"""The text of types of which Arrow's own cast says something else."""
