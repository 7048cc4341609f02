"""Arrow arrays from Python's values. ``pyarrow.array`` imports pandas, half a second of a short run; these do not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_NUMPY: Final = {pa.int32(): np.int32, pa.int64(): np.int64}


def numbers(values: "Sequence[int] | npt.NDArray[np.integer[Any]]", kind: pa.DataType | None = None) -> pa.Array:
    """Whole numbers, none of them NULL; 64 bits, unless another kind is named."""
    kind = kind or pa.int64()
    held = np.ascontiguousarray(values, dtype=_NUMPY[kind])
    return pa.Array.from_buffers(kind, len(held), [None, pa.py_buffer(held)])


def places(values: "npt.NDArray[np.int64]") -> pa.Array:
    """Whole numbers, the negative ones NULL."""
    buffers = [pa.py_buffer(np.packbits(values >= 0, bitorder="little")), pa.py_buffer(np.ascontiguousarray(values))]
    return pa.Array.from_buffers(pa.int64(), len(values), buffers)


def flags(values: "npt.NDArray[np.bool_]") -> pa.Array:
    """Truth values, none of them NULL."""
    held = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(held)])


def repeated(value: int, count: int, kind: pa.DataType | None = None) -> pa.Array:
    """The same whole number so many times."""
    return numbers(np.full(count, value), kind)


def texts(values: Iterable[str | None]) -> pa.Array:
    """Texts, any of them NULL."""
    encoded = [None if value is None else value.encode() for value in values]
    ends = np.cumsum([0, *(len(each or b"") for each in encoded)], dtype=np.int64)
    if ends[-1] > np.iinfo(np.int32).max:
        message = "more than 2 GiB of text in one array"
        raise pa.ArrowInvalid(message)
    is_there = np.packbits(np.array([each is not None for each in encoded], dtype=bool), bitorder="little")
    held = b"".join(each or b"" for each in encoded)
    buffers = [pa.py_buffer(is_there), pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(held)]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)


def repeated_text(value: str, count: int) -> pa.Array:
    """The same text so many times."""
    held = value.encode()
    ends = np.arange(count + 1, dtype=np.int32) * len(held)
    return pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(ends), pa.py_buffer(held * count)])


def moments(values: Sequence[datetime]) -> pa.Array:
    """Times without a zone, to the microsecond, none of them NULL."""
    held = np.array(values, dtype="datetime64[us]")
    return pa.Array.from_buffers(pa.timestamp("us"), len(held), [None, pa.py_buffer(held.view(np.int64))])


def batch_of(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows by column; what a row does not say is NULL, which only a text may be."""
    makers: dict[pa.DataType, Callable[[list[Any]], pa.Array]] = {pa.string(): texts, pa.timestamp("us"): moments}
    columns = [makers.get(field.type, numbers)([row.get(field.name) for row in rows]) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def values_of(array: pa.Array) -> "npt.NDArray[Any]":
    """The numbers of an array without NULLs, where they are."""
    return np.from_dlpack(array)


def flags_of(array: pa.Array) -> "npt.NDArray[np.bool_]":
    """The truth values of an array without NULLs."""
    held = np.frombuffer(array.buffers()[1] or b"", dtype=np.uint8)
    return np.unpackbits(held, bitorder="little")[array.offset : array.offset + len(array)].astype(bool)
