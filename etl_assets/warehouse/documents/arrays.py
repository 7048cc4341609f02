"""Columns of Python's values as Arrow, NULLs among them. ``pyarrow.array`` would import pandas."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl_assets.arrow import texts

_NUMBERS: Final[dict[str, tuple[pa.DataType, type[Any], Callable[[Any], Any]]]] = {
    "bigint": (pa.int64(), np.int64, int),
    "double precision": (pa.float64(), np.float64, float),
    "timestamp": (pa.timestamp("us"), np.int64, int),
}


def array_of(kind: str, values: Sequence[Any]) -> pa.Array:
    """A column of a type, in PostgreSQL's words."""
    if kind in _NUMBERS:
        return _numbers(kind, values)
    if kind == "boolean":
        return texts(None if value is None else str(value).lower() for value in values).cast(pa.bool_())
    if kind == "text":
        return texts(None if value is None else str(value) for value in values)
    plain = texts(None if value is None else format(Decimal(value), "f") for value in values)
    return plain.cast(arrow_type(kind))


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type of a column's type."""
    if kind in _NUMBERS:
        return _NUMBERS[kind][0]
    if kind.startswith("numeric"):
        precision, _, scale = kind.removeprefix("numeric(").removesuffix(")").partition(",")
        return pa.decimal128(int(precision), int(scale))
    return pa.bool_() if kind == "boolean" else pa.string()


def places(values: Iterable[int]) -> pa.Array:
    """Whole numbers, none of them NULL."""
    held = np.fromiter(values, dtype=np.int64)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def _numbers(kind: str, values: Sequence[Any]) -> pa.Array:
    there, held_as, read = _NUMBERS[kind]
    is_there = np.fromiter((value is not None for value in values), dtype=bool, count=len(values))
    held = np.fromiter((0 if value is None else read(value) for value in values), dtype=held_as, count=len(values))
    bits = np.packbits(is_there, bitorder="little")
    return pa.Array.from_buffers(there, len(values), [pa.py_buffer(bits), pa.py_buffer(held)])
