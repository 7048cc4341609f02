"""Texts of whole columns put together, without the conversions of Arrow that import pandas."""

from importlib import import_module
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from etl_assets.arrow import flags, numbers, texts, values_of

compute: Final[Any] = import_module("pyarrow.compute")
"""Arrow's functions. It makes their names when it is imported, so that no type checker knows them."""


def text_scalar(value: str | None) -> pa.Scalar:
    """A text, or NULL, as a value of Arrow."""
    return texts([value])[0]


def side_by_side(*parts: pa.Array | str) -> pa.Array:
    """The texts of each row one behind the other, NULL where one is; at least one part is an array."""
    given = [text_scalar(part) if isinstance(part, str) else part for part in parts]
    return compute.binary_join_element_wise(*given, text_scalar(""))


def text_where(is_there: pa.Array, array: pa.Array) -> pa.Array:
    """Texts where that is so, NULL elsewhere."""
    return compute.if_else(is_there, array, text_scalar(None))


def text_or(array: pa.Array, other: str) -> pa.Array:
    """Texts, another one in the place of NULL."""
    return compute.fill_null(array, text_scalar(other))


def flags_or_false(array: pa.Array) -> pa.Array:
    """Truth values, false in the place of NULL."""
    return compute.fill_null(array, flags(np.zeros(1, dtype=bool))[0])


def numbers_or_zero(array: pa.Array) -> "npt.NDArray[np.int64]":
    """Whole numbers, 0 in the place of NULL."""
    return values_of(compute.fill_null(array, numbers([0])[0].cast(array.type))).astype(np.int64)
