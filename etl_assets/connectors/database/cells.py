"""Cells as text into the lake's types, exactly or not at all.

Arrow's parsers are strict: what they cannot carry exactly (``NaN`` as a decimal, a year behind 9999, a third digit of
``numeric(10,2)``) is an error, never another value. Then the rows of that block are looked at one by one: those that do
not fit keep their text in ``_raw``, and ``_problem`` says which column and why.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from etl_assets.arrow import texts

if TYPE_CHECKING:
    from etl_assets.lake.catalogue import Shape

PROBLEM: Final = "_problem"
RAW: Final = "_raw"
ZONED: Final = "timestamp with time zone"

_DECIMAL: Final = re.compile(r"decimal128\((\d+), (\d+)\)")
_TYPES: Final[dict[str, pa.DataType]] = {
    str(kind): kind
    for kind in (
        pa.string(),
        pa.int16(),
        pa.int32(),
        pa.int64(),
        pa.float32(),
        pa.float64(),
        pa.bool_(),
        pa.date32(),
        pa.timestamp("us"),
    )
}
_BOOLEANS: Final = {"t": "true", "f": "false", "1": "true", "0": "false"}
_WHOLE: Final = r"^-?[0-9]+$"
_NUMERIC: Final = re.compile(r"(?:numeric|decimal)\((\d+),\s*(\d+)\)")
_LENGTH: Final = re.compile(r"\s*\(\d+\)")
_MAX_DIGITS: Final = 38


def lake_type(source: str, types: Mapping[str, str]) -> str:
    """The type that carries every value of a source's type exactly, as the catalogue has it.

    Args:
        source: The source's type, as it writes it in small letters.
        types: What carries types without a length; all else is text.
    """
    scaled = _NUMERIC.fullmatch(source)
    if scaled and int(scaled[2]) <= int(scaled[1]) <= _MAX_DIGITS:
        return f"decimal128({scaled[1]}, {scaled[2]})"
    return types.get(without_length(source), "string")


def without_length(kind: str) -> str:
    """A type as ``timestamp with time zone``, of ``timestamp(3) with time zone``."""
    return _LENGTH.sub("", kind)


def arrow_type(lake: str) -> pa.DataType:
    """The type behind its name in the catalogue."""
    if digits := decimal_digits(lake):
        return pa.decimal128(*digits)
    return _TYPES[lake]


def decimal_digits(lake: str) -> tuple[int, int] | None:
    """The digits in all and behind the point that a decimal type of the catalogue has; None of another type."""
    scaled = _DECIMAL.fullmatch(lake)
    return (int(scaled[1]), int(scaled[2])) if scaled else None


def lake_schema(shape: "Shape") -> pa.Schema:
    """The columns of a table, then why a row does not fit, and its text."""
    columns = [pa.field(column.name, arrow_type(column.lake)) for column in shape.columns]
    return pa.schema([*columns, (PROBLEM, pa.string()), (RAW, pa.string())])


def fitting(columns: Sequence[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Rows that all fit."""
    nothing = pa.nulls(len(columns[0]), pa.string())
    return pa.RecordBatch.from_arrays([*columns, nothing, nothing], schema=schema)


def typed(cells: Sequence[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of text with the types of the schema; those that do not fit have their text instead."""
    fields = list(schema)[:-2]
    try:
        return fitting([_cast(column, field.type) for column, field in zip(cells, fields, strict=True)], schema)
    except pa.ArrowInvalid:
        return _one_by_one(cells, schema)


def readable(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    """Texts as values of a type; NULL where one is none."""
    misfits = {row for row, _ in _misfits(cells, kind)} if len(cells) else set[int]()
    is_fit = pa.array([row not in misfits for row in range(len(cells))], pa.bool_())
    return _cast(pc.call_function("if_else", [is_fit, cells, None]), kind)


def _one_by_one(cells: Sequence[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    fields = list(schema)[:-2]
    problems: dict[int, str] = {}
    for column, field in zip(cells, fields, strict=True):
        for row, value in _misfits(column, field.type):
            problems.setdefault(row, f"{field.name} is {value!r:.80}, which is no {field.type}")
    is_fit = pa.array([row not in problems for row in range(len(cells[0]))])
    raw = {row: json.dumps({f.name: c[row].as_py() for c, f in zip(cells, fields, strict=True)}) for row in problems}
    kept = [pc.call_function("if_else", [is_fit, column, None]) for column in cells]
    columns = [_cast(column, field.type) for column, field in zip(kept, fields, strict=True)]
    rows = range(len(cells[0]))
    return pa.RecordBatch.from_arrays(
        [*columns, texts(problems.get(row) for row in rows), texts(raw.get(row) for row in rows)], schema=schema
    )


def _misfits(column: pa.Array, kind: pa.DataType) -> Iterator[tuple[int, str]]:
    """The rows of a column that do not fit, by halves, so that few of them are found fast."""
    stretches = [(0, len(column))]
    while stretches:
        start, end = stretches.pop()
        try:
            _cast(column.slice(start, end - start), kind)
        except pa.ArrowInvalid:
            if end - start == 1:
                yield start, column[start].as_py()
            else:
                middle = (start + end) // 2
                stretches += [(start, middle), (middle, end)]


def _cast(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_boolean(kind):
        for short, long in _BOOLEANS.items():
            is_short = pc.call_function("equal", [column, short])
            column = pc.call_function("if_else", [is_short, long, column])
    elif pa.types.is_integer(kind) and not _are_whole(column):
        message = "a text that is no whole number"
        raise pa.ArrowInvalid(message)
    return column.cast(kind)


def _are_whole(column: pa.Array) -> bool:
    """Arrow would read ``0x1F``, too."""
    options = pc.MatchSubstringOptions(_WHOLE)
    matches = pc.call_function("match_substring_regex", [column], options)
    return pc.call_function("all", [matches]).as_py() is not False
