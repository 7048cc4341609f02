"""Columns of text, made without a Python string for each value."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def joined(*parts: pa.Array | str) -> pa.Array:
    """Each row's parts, one after the other; a string stands in every row. Numbers and times as they are written."""
    texts = [pa.scalar(part) if isinstance(part, str) else part.cast("string") for part in parts]
    return pc.call_function("binary_join_element_wise", [*texts, pa.scalar("")])


def all_bytes(texts: pa.Array) -> bytes:
    """Every value, one after the other: what the column's buffer holds."""
    _, offsets, values = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return values[int(places[0]) : int(places[-1])].to_pybytes()
